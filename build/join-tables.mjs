// Puts the rows of a table that was measured in part among those that are there.

/**
 * The section `fresh`, with the rows of `kept` that were not measured anew, each in its place. Rows are of the same thing
 * when their cells under the headings `keyColumns` are the same.
 */
export function joinTables(kept, fresh, keyColumns) {
  const table = split(fresh);
  const old = split(kept);
  // Other columns mean another table: rows of the old one would stand under the wrong headings.
  if (old.headings !== table.headings) return fresh;
  const keyOf = keyReader(table.headings, keyColumns);
  const measured = new Map();
  for (const row of table.rows) measured.set(keyOf(row), [...(measured.get(keyOf(row)) ?? []), row]);
  const known = new Set(measured.keys());
  const joined = [];
  for (const row of old.rows) {
    const key = keyOf(row);
    if (!known.has(key)) joined.push(row);
    joined.push(...(measured.get(key) ?? []));
    measured.delete(key);
  }
  return `${[...table.before, ...joined, ...[...measured.values()].flat()].join('\n')}\n`;
}

/** Tells a row's cells under the key columns. */
function keyReader(headings, keyColumns) {
  const cells = cellsOf(headings ?? '');
  const places = keyColumns.map((name) => {
    const place = cells.indexOf(name);
    if (place < 0)
      throw new RangeError(`The table has no column "${name}"; its columns are ${cells.join(', ')}.`);
    return place;
  });
  return (row) => {
    const own = cellsOf(row);
    return places.map((place) => own[place]).join('|');
  };
}

/** What stands before the rows, the line of headings in it, and the rows. */
function split(section) {
  const lines = section.trimEnd().split('\n');
  const line = lines.findIndex((text) => text.startsWith('|---'));
  if (line < 0) return { before: lines, headings: undefined, rows: [] };
  return { before: lines.slice(0, line + 1), headings: lines[line - 1], rows: lines.slice(line + 1) };
}

function cellsOf(row) {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
