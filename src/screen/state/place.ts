/** Where in natlens the reader is. It stands in the address bar; dump text never does. */
export type Place =
  | { readonly page: "work" }
  | { readonly page: "understood" }
  | { readonly page: "learn"; readonly slug: string; readonly step: number }
  | { readonly page: "link"; readonly fragment: string };

/** `#/`, `#/understood`, `#/learn/<slug>/<step>` (steps from 1), `#v0.<…>`. Anything else is the workbench. */
export function placeOf(hash: string): Place {
  const text = hash.replace(/^#/, "");
  if (/^v\d/.test(text)) return { page: "link", fragment: text };
  if (text === "/understood") return { page: "understood" };
  const learn = /^\/learn\/([a-z0-9-]+)(?:\/(\d+))?\/?$/.exec(text);
  if (learn?.[1]) return { page: "learn", slug: learn[1], step: Math.max(1, Number(learn[2] ?? 1)) };
  return { page: "work" };
}

export function hashOf(place: Place): string {
  if (place.page === "learn") return `#/learn/${place.slug}/${place.step}`;
  if (place.page === "understood") return "#/understood";
  return place.page === "link" ? `#${place.fragment}` : "#/";
}
