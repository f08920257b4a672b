import { expect, it } from "vitest";
import { formats } from "../../../formats/index.ts";
import { reads, recognised } from "./reads.ts";

it("names every format of the registry, each once", () => {
  const named = [...reads, ...recognised].flatMap((entry) => entry.formats);
  expect([...named].sort()).toEqual(formats.map((format) => format.id).sort());
});
