import type { DeviceOptions } from '../../../../shared/runtime/webgl/context.ts';
import { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';

const devices = new Map<string, WebglDevice>();

/** The page's device with these options; one each, however many ask. */
export function deviceFor(options: DeviceOptions): WebglDevice {
  const key = JSON.stringify(options);
  const known = devices.get(key);
  if (known) return known;
  const device = WebglDevice.create(options);
  devices.set(key, device);
  return device;
}
