/** One object of a JSON array and where it stands in the text. */
export interface JsonObject {
  readonly value: Readonly<Record<string, unknown>>;
  readonly from: number;
  readonly to: number;
}

/**
 * The objects of an array, each read by itself, so that one that is cut off costs no other. `complete`: the array is
 * closed and nothing in it was unreadable.
 */
export function objectsOf(text: string): { readonly objects: readonly JsonObject[]; readonly complete: boolean } {
  const objects: JsonObject[] = [];
  let depth = 0;
  let from = -1;
  let quoted = false;
  let complete = true;
  let closed = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{") {
      if (depth === 0) from = i;
      depth++;
    } else if (c === "}" && depth > 0) {
      depth--;
      if (depth > 0) continue;
      try {
        const value: unknown = JSON.parse(text.slice(from, i + 1));
        objects.push({ value: value as JsonObject["value"], from, to: i + 1 });
      } catch {
        complete = false;
      }
    } else if (c === "]" && depth === 0) closed = true;
  }
  return { objects, complete: complete && closed && depth === 0 };
}
