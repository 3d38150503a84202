/** Why there is no WebGPU to run on, in words for the user. */
export class WebgpuUnavailable extends Error {}
/** The device is gone, with everything in it; another may be had. */
export class DeviceLost extends Error {}
/** The device has no memory left for a buffer. */
export class OutOfMemory extends Error {}
/** The device does not take what was asked of it; what it said. */
export class Refused extends Error {}
