export function joinTables(kept: string, fresh: string): string;
