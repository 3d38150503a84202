// Puts the rows of a table that was measured in part among those that are there.

/** The section `fresh`, with the rows of `kept` whose first cell it has none of, each in its place. */
export function joinTables(kept, fresh) {
  const [before, rows] = split(fresh);
  const known = new Set(rows.map(firstCell));
  const [oldBefore, oldRows] = split(kept);
  // Other columns mean another table: rows of the old one would stand under the wrong headings.
  if (oldBefore.at(-2) !== before.at(-2)) return fresh;
  const joined = [];
  const pending = [...rows];
  for (const row of oldRows) {
    if (!known.has(firstCell(row))) {
      joined.push(row);
      continue;
    }
    joined.push(...takeAll(pending, firstCell(row)));
  }
  return `${[...before, ...joined, ...pending].join('\n')}\n`;
}

/** Takes every row of that first cell out of `pending`. */
function takeAll(pending, cell) {
  const taken = pending.filter((row) => firstCell(row) === cell);
  pending.splice(0, pending.length, ...pending.filter((row) => firstCell(row) !== cell));
  return taken;
}

/** What stands before the rows, headings included, and the rows. */
function split(section) {
  const lines = section.trimEnd().split('\n');
  const line = lines.findIndex((text) => text.startsWith('|---'));
  return line < 0 ? [lines, []] : [lines.slice(0, line + 1), lines.slice(line + 1)];
}

function firstCell(row) {
  return row.split('|')[1]?.trim();
}
