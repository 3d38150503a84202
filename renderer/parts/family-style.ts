/** Style of anything that wears its family's colour. */
export function familyStyle(group: string): React.CSSProperties {
  return {
    '--family': `var(--${group}-solid)`,
    '--family-face': `var(--${group}-face)`,
    '--family-ink': `var(--${group}-ink)`,
  } as React.CSSProperties;
}
