/** Small choices of the user, kept by the browser where it keeps anything; where it does not, until the page is left. */
export interface Preferences {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  /** Whether the browser refused to keep something. */
  blocked(): boolean;
}

export function createPreferences(): Preferences {
  const remembered = new Map<string, string>();
  let blocked = false;
  return {
    getItem(key) {
      try {
        return localStorage.getItem(key) ?? remembered.get(key) ?? null;
      } catch {
        // Blocked, or absent: even to name it throws.
        blocked = true;
        return remembered.get(key) ?? null;
      }
    },
    setItem(key, value) {
      remembered.set(key, value);
      try {
        localStorage.setItem(key, value);
      } catch {
        blocked = true;
      }
    },
    blocked: () => blocked,
  };
}
