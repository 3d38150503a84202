import { messages } from '../../base/problem.ts';
import type { Severity } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import type { ParamValue } from '../../schema/params.ts';
import type { Path } from './path.ts';
import { brief, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-values', {
  'bad-severity': ['A severity is one of {{known}}; got {{given}}.', 'Write one of them.'],
  'bad-severity:near': ['A severity is one of {{known}}; got {{given}}.', 'Did you mean "{{near}}"?'],
});

export const severities = ['error', 'warning', 'info', 'off'] as const satisfies readonly Severity[];

export function readSeverity(reading: Reading, json: Json, path: Path): Severity {
  const severity = severities.find((known) => known === json);
  if (severity !== undefined) return severity;
  const near = typeof json === 'string' ? reading.nearest(json, () => severities) : undefined;
  reading.report(path, () =>
    near === undefined
      ? say('bad-severity', { known: severities.join(', '), given: brief(json) })
      : say('bad-severity:near', { known: severities.join(', '), given: brief(json), near }),
  );
  return 'off';
}

export function isParamValue(json: Json): json is ParamValue {
  if (Array.isArray(json)) return json.every((item) => typeof item === 'number' && Number.isFinite(item));
  if (typeof json === 'number') return Number.isFinite(json);
  return typeof json === 'string' || typeof json === 'boolean';
}
