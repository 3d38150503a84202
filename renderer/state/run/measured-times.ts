import { createStore } from 'zustand/vanilla';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import { type MatchedMeasurement, matchMeasurement } from '../../../shared/formats/measurements/match.ts';
import { measuringTools, readMeasurement } from '../../../shared/formats/measurements/read.ts';
import type { StepProfile } from '../../../shared/runtime/backend.ts';
import { t } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../app.ts';
import { pickFile } from '../pick-file.ts';
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
  /** What it is held against. */
  readonly other: MeasuredTimes | undefined;
}

const none: MeasuredTimesState = { times: undefined, other: undefined };

/** Of this session and this document. */
const measuredTimesOf = defineSlice<MeasuredTimesState>((app) => {
  const slice = createStore<MeasuredTimesState>()(() => none);
  app.subscribe((state, before) => {
    if (state.opened !== before.opened) slice.setState(none);
  });
  return slice;
});

export const useMeasuredTimes = (): MeasuredTimes | undefined =>
  useSlice(measuredTimesOf, ({ times }) => times);

export const useOtherTimes = (): MeasuredTimes | undefined => useSlice(measuredTimesOf, ({ other }) => other);

/** Matched rows as steps: what was fused has one time. */
const stepsOf = ({ matched }: MatchedMeasurement): readonly StepProfile[] =>
  matched.map(({ nodes, name, type, milliseconds }) => ({
    nodes,
    algorithm: type || name,
    milliseconds,
    macs: 0,
    bytes: 0,
  }));

/** Asks for a file that another tool wrote; what cannot be read is told. */
async function askForTimes(app: App): Promise<MeasuredTimes | undefined> {
  const file = await pickFile(app, 'times');
  if (!file) return undefined;
  const refuse = (problems: readonly Problem[]): undefined => {
    const lines = problems.slice(0, 3).map(saidInFull);
    const title = t('{{name}} could not be opened', { name: file.name });
    app.getState().notify({ kind: 'error', title, lines });
  };
  const network = flatten(app.getState().analysis);
  if (!network.ok) return refuse(network.problems);
  const read = readMeasurement(new TextDecoder().decode(file.bytes));
  if (!read.ok) return refuse(read.problems);
  const { tool, rows } = read.value;
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const matched = matchMeasurement(network.value, read.value);
  return { ...matched, name: file.name, tool: measuringTools[tool].title, total };
}

/** Lays the times that another tool measured over the canvas. */
export async function openMeasuredTimes(app: App): Promise<void> {
  const times = await askForTimes(app);
  if (!times) return;
  measuredTimesOf(app).setState({ times, other: undefined });
  showTimes(app, stepsOf(times));
  app.getState().showPanel('run');
}

/** Sets others beside them. */
export async function compareMeasuredTimes(app: App): Promise<void> {
  const other = await askForTimes(app);
  if (other) measuredTimesOf(app).setState({ other });
}

/** Leaves the first alone again. */
export function dropOtherTimes(app: App): void {
  measuredTimesOf(app).setState({ other: undefined });
}

/** Takes them off the canvas. */
export function closeMeasuredTimes(app: App): void {
  measuredTimesOf(app).setState(none);
  showTimes(app, []);
}
