import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What mutations start from: every fixture of a format, the texts of the cases of bad input, the scenarios' dumps. */
export function seeds(): readonly string[] {
  const places = ["src/formats", "src/scenarios"];
  const files = places.flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: "utf8" })
      .filter((file) => /(?:^|[\\/])(?:fixtures|bad-input|healthy|broken)[\\/].*\.(?:txt|md)$/.test(file))
      .map((file) => join(place, file)),
  );
  return files.sort().map((file) => readFileSync(file, "utf8").slice(0, 200_000));
}
