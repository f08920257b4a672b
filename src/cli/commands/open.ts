import { parseArgs } from "node:util";
import { analyse } from "../../analysis/analyse.ts";
import { words } from "../../base/words.ts";
import { decodeLink } from "../../share/permalink.ts";
import { type Command, Usage } from "../command.ts";
import { diagnosisText } from "../diagnosis-text.ts";
import { isUnusable } from "../sides.ts";
import { diagnosisJson, statusOf } from "./diagnose.ts";

export const open: Command = {
  name: "open",
  usage: "open LINK [--json]",
  does: words("says the verdict of a permalink", "给出永久链接的结论"),
  details: [words("--json  as diagnose --json prints it", "--json  与 diagnose --json 相同")],
  run(args, console, language) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean" } },
      allowPositionals: true,
    });
    const [link] = positionals;
    if (link === undefined || positionals.length > 1) throw new Usage("open needs one link");
    const shared = decodeLink(link.includes("#") ? link.slice(link.indexOf("#") + 1) : link);
    if (!shared.ok) {
      const diagnostic = {
        file: "link",
        line: 1,
        column: 1,
        code: shared.code,
        severity: "error",
        message: shared.says[language],
      };
      if (values.json)
        console.out(
          JSON.stringify(
            { schema: 1, findings: [], undecidable: [], assumptions: [], diagnostics: [diagnostic] },
            null,
            2,
          ),
        );
      console.err(`natlens: ${shared.says[language]}`);
      return 2;
    }
    const session = analyse(shared.value.texts, shared.value.flow);
    if (values.json) console.out(JSON.stringify(diagnosisJson(session, language), null, 2));
    else console.out(diagnosisText(session, language));
    return isUnusable(session, session.readings.broken ? ["broken"] : ["healthy"])
      ? 2
      : statusOf(session.view.diagnosis);
  },
};
