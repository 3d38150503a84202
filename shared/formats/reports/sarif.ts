import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import type { ReportEntry, ReportFix, ReportFormat, ReportPlace, ReportRule } from './report.ts';

/** SARIF 2.1.0, as code hosts and editors read it. */
export const sarif: ReportFormat = {
  title: 'SARIF 2.1.0',
  write({ version, files, rules }) {
    const indexes = new Map(rules.map(({ id }, i) => [id, i]));
    const log: Log = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'Netwright',
              version,
              informationUri: 'https://netwright.dev',
              rules: rules.map(descriptorOf),
            },
          },
          // Columns are counted as JavaScript counts characters.
          columnKind: 'utf16CodeUnits',
          artifacts: files.map(({ file }) => ({ location: { uri: uriOf(file) } })),
          results: files.flatMap(({ entries }) => entries.map((entry) => resultOf(entry, indexes))),
        },
      ],
    };
    return `${JSON.stringify(log, undefined, 2)}\n`;
  },
};

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

function descriptorOf({ id, title, severity, why, source, helpUri }: ReportRule): ReportingDescriptor {
  const help = [why, ...(source === undefined ? [] : [`Source: ${source}.`])].filter(
    (part) => part !== undefined,
  );
  return {
    id,
    shortDescription: { text: title },
    ...(why === undefined ? {} : { fullDescription: { text: why } }),
    ...(help.length === 0 ? {} : { help: { text: help.join('\n\n'), markdown: help.join('\n\n') } }),
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: levels[severity] },
  };
}

function resultOf(entry: ReportEntry, indexes: ReadonlyMap<string, number>): Result {
  const { rule, severity, message, place, fingerprint, fix, suppressed, counted } = entry;
  const ruleIndex = indexes.get(rule);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [locationOf(place)],
    partialFingerprints: { 'netwright/v1': fingerprint },
    ...(suppressed === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: counted === true ? 'external' : 'inSource',
              status: 'accepted',
              justification: suppressed,
            },
          ],
        }),
    ...(fix?.replacement === undefined ? {} : { fixes: [fixOf(fix, fix.replacement, place)] }),
  };
}

function locationOf({ file, node, line, column }: ReportPlace): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(line === undefined
        ? {}
        : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
    },
    ...(node === undefined
      ? {}
      : { logicalLocations: [{ name: node.split('/').at(-1)!, fullyQualifiedName: node, kind: 'node' }] }),
  };
}

function fixOf(
  { title, safety }: ReportFix,
  { firstLine, endLine, text }: NonNullable<ReportFix['replacement']>,
  { file }: ReportPlace,
): NonNullable<Result['fixes']>[number] {
  return {
    description: { text: `${title} (${safety})` },
    artifactChanges: [
      {
        artifactLocation: { uri: uriOf(file) },
        replacements: [
          {
            deletedRegion: { startLine: firstLine, startColumn: 1, endLine, endColumn: 1 },
            insertedContent: { text },
          },
        ],
      },
    ],
  };
}

/** A path as a reference: with slashes, each part escaped. */
function uriOf(file: string): string {
  if (/^zoo:/.test(file)) return file;
  const parts = file.replaceAll('\\', '/').split('/');
  // A drive's colon would read as a scheme.
  const uri = parts.map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${uri}` : uri;
}
