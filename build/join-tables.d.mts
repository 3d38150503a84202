export function joinTables(kept: string, fresh: string, keyColumns: readonly string[]): string;
