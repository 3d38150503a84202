import { createStore } from 'zustand/vanilla';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import { type MatchedMeasurement, matchMeasurement } from '../../../shared/formats/measurements/match.ts';
import { measuringTools, readMeasurement } from '../../../shared/formats/measurements/read.ts';
import type { StepProfile } from '../../../shared/runtime/machine.ts';
import { t } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../app.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { showTimes } from './heat.ts';

/** What another tool measured of this design. */
export interface MeasuredTimes extends MatchedMeasurement {
  /** Of the file. */
  readonly name: string;
  readonly tool: string;
  /** Milliseconds of all rows: the tool's own sum. */
  readonly total: number;
}

interface MeasuredTimesState {
  readonly times: MeasuredTimes | undefined;
}

/** Of this session and this document. */
const measuredTimesOf = defineSlice<MeasuredTimesState>((app) => {
  const slice = createStore<MeasuredTimesState>()(() => ({ times: undefined }));
  app.subscribe((state, before) => {
    if (state.opened !== before.opened) slice.setState({ times: undefined });
  });
  return slice;
});

export const useMeasuredTimes = (): MeasuredTimes | undefined =>
  useSlice(measuredTimesOf, ({ times }) => times);

/** Matched rows as steps: what was fused has one time. */
const stepsOf = ({ matched }: MatchedMeasurement): readonly StepProfile[] =>
  matched.map(({ nodes, name, type, milliseconds }) => ({
    nodes,
    algorithm: type || name,
    milliseconds,
    macs: 0,
    bytes: 0,
  }));

/** Asks for a file that another tool wrote, and lays its times over the canvas; what cannot be read is told. */
export async function openMeasuredTimes(app: App): Promise<void> {
  const file = await app.host.openFile({ kind: 'times' });
  if (!file) return;
  const refuse = (problems: readonly Problem[]): void => {
    const lines = problems.slice(0, 3).map(saidInFull);
    const title = t('{{name}} could not be opened', { name: file.name });
    app.getState().notify({ kind: 'error', title, lines });
  };
  const network = flatten(app.getState().analysis);
  if (!network.ok) return refuse(network.problems);
  const read = readMeasurement(new TextDecoder().decode(file.bytes));
  if (!read.ok) return refuse(read.problems);
  const { tool, rows } = read.value;
  const matched = matchMeasurement(network.value, read.value);
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  measuredTimesOf(app).setState({
    times: { ...matched, name: file.name, tool: measuringTools[tool].title, total },
  });
  showTimes(app, stepsOf(matched));
  app.getState().showPanel('run');
}

/** Takes them off the canvas. */
export function closeMeasuredTimes(app: App): void {
  measuredTimesOf(app).setState({ times: undefined });
  showTimes(app, []);
}
