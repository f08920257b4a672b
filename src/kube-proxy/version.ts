/** A Kubernetes release: minor and patch of 1.minor.patch. */
export interface Version {
  readonly minor: number;
  readonly patch: number;
}

export const version = (minor: number, patch = 0): Version => ({ minor, patch });

export const compareVersions = (a: Version, b: Version): number => a.minor - b.minor || a.patch - b.patch;
export const isBefore = (a: Version, b: Version): boolean => compareVersions(a, b) < 0;

/** From `atLeast` (inclusive) up to, not including, `below`. An absent end is open. */
export interface VersionRange {
  readonly atLeast?: Version;
  readonly below?: Version;
}

const print = (v: Version): string => (v.patch === 0 ? `1.${v.minor}` : `1.${v.minor}.${v.patch}`);
/** The last release before `v`, as people say it: before 1.16.0 is `1.15`, before 1.18.6 is `1.18.5`. */
const lastBefore = (v: Version): string => (v.patch === 0 ? `1.${v.minor - 1}` : print(version(v.minor, v.patch - 1)));

/** `1.9 to 1.10`, `1.12 or later`, `up to 1.24`; empty for an open range. */
export function rangeText(range: VersionRange): { readonly en: string; readonly "zh-CN": string } {
  const { atLeast, below } = range;
  if (atLeast && below) {
    const from = print(atLeast);
    const to = lastBefore(below);
    if (from === to) return { en: from, "zh-CN": from };
    return { en: `${from} to ${to}`, "zh-CN": `${from} 至 ${to}` };
  }
  if (atLeast) return { en: `${print(atLeast)} or later`, "zh-CN": `${print(atLeast)} 或更新` };
  if (below) return { en: `up to ${lastBefore(below)}`, "zh-CN": `不晚于 ${lastBefore(below)}` };
  return { en: "", "zh-CN": "" };
}

/** Both ranges at once; undefined where no release lies in both. */
export function rangesMeet(a: VersionRange, b: VersionRange): VersionRange | undefined {
  const atLeast = later(a.atLeast, b.atLeast);
  const below = earlier(a.below, b.below);
  if (atLeast && below && !isBefore(atLeast, below)) return undefined;
  return { ...(atLeast ? { atLeast } : {}), ...(below ? { below } : {}) };
}

const later = (a: Version | undefined, b: Version | undefined): Version | undefined =>
  a && b ? (isBefore(a, b) ? b : a) : (a ?? b);
const earlier = (a: Version | undefined, b: Version | undefined): Version | undefined =>
  a && b ? (isBefore(a, b) ? a : b) : (a ?? b);

/** The first release that marks traffic from cluster IPs even without a cluster CIDR (kubernetes PR 65388). */
export const fallbackSince = version(11, 1);

/** `v1.9.11` or `1.9.11-gke.3`. */
export function parseVersion(text: string): Version | undefined {
  const found = /^v?1\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(text.trim());
  return found ? version(Number(found[1]), Number(found[2] ?? 0)) : undefined;
}
