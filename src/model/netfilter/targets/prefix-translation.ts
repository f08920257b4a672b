import type { Words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { prefixWithHost } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";

/** Stateless prefix translation of IPv6, of one of the two addresses: libip6t_DNPT.c, libip6t_SNPT.c. */
export const prefixTranslation = (name: "DNPT" | "SNPT", why: Words) =>
  defineTarget({
    name,
    family: 6,
    level: "recognised",
    note: why,
    fields: { from: option("--src-pfx", prefixWithHost), to: option("--dst-pfx", prefixWithHost) },
    needs: [["from"], ["to"]],
    effect: () => ({ kind: "unknown", why }),
    list: listForm(new RegExp(name), [
      ["--src-pfx", /src-pfx (?<a>\S+)/],
      ["--dst-pfx", /dst-pfx (?<a>\S+)/],
    ]),
  });
