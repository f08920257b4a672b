import { words } from "../../base/words.ts";
import { byClass, type Change, type ChangeClass, changeClasses } from "../../diagnose/change.ts";
import { type Command, Usage } from "../command.ts";
import {
  analyseFiles,
  diagnosticsJson,
  isUnusable,
  placeOf,
  readingsOf,
  sideArguments,
  tellDiagnostics,
  tellUnusable,
} from "../sides.ts";

const classWords: Readonly<Record<ChangeClass, ReturnType<typeof words>>> = {
  fate: words("changes a packet's fate", "改变报文的命运"),
  unknown: words("cannot be told from this", "仅凭这些无法判定"),
  build: words("how another kube-proxy writes it", "另一版本 kube-proxy 的写法"),
  "third-party": words("other software's", "其他软件的"),
  noise: words("no asked flow depends on it", "没有任何所问的流依赖它"),
};

export const diff: Command = {
  name: "diff",
  usage: "diff --healthy FILE… --broken FILE… [--json]",
  does: words("compares two nodes by meaning and classes each difference", "按含义比较两个节点，并给每处差异归类"),
  details: [
    words("--healthy FILE…  a node that works", "--healthy FILE…  正常的节点"),
    words("--broken FILE…   the node that fails", "--broken FILE…   出问题的节点"),
    words("--json           the differences as JSON", "--json           以 JSON 输出差异"),
  ],
  run(args, console, language) {
    const { healthy, broken, json } = sideArguments(args);
    if (healthy.length === 0 || broken.length === 0) throw new Usage("diff needs --healthy FILE… and --broken FILE…");
    const session = analyseFiles(console, { healthy, broken });
    if (isUnusable(session, ["healthy", "broken"])) {
      const diagnostics = diagnosticsJson(session, language);
      if (json) console.out(JSON.stringify({ schema: 1, changes: [], diagnostics }, null, 2));
      else tellDiagnostics(console, session, language);
      tellUnusable(console, language);
      return 2;
    }
    const { changes } = session.examination;
    const { sources } = readingsOf(session);
    const sorted = byClass(changes);
    const shown = (side: Change["healthy"]): Record<string, unknown> | null => {
      if (!side) return null;
      const place = side.at ? placeOf(sources, side.at) : undefined;
      return { text: side.text, ...(place ? { file: place.file, line: place.line } : {}) };
    };
    if (json)
      console.out(
        JSON.stringify(
          {
            schema: 1,
            changes: sorted.map((c) => ({
              class: c.class,
              about: c.about,
              says: c.says[language],
              healthy: shown(c.healthy),
              broken: shown(c.broken),
              flows: c.flows,
            })),
            counts: Object.fromEntries(
              changeClasses.map((cls) => [cls, changes.filter((c) => c.class === cls).length]),
            ),
            diagnostics: diagnosticsJson(session, language),
          },
          null,
          2,
        ),
      );
    else {
      tellDiagnostics(console, session, language);
      for (const cls of changeClasses) {
        const list = sorted.filter((c) => c.class === cls);
        if (list.length === 0) continue;
        console.out(`${cls}: ${classWords[cls][language]} (${list.length})`);
        for (const c of list.slice(0, 50)) {
          console.out(`  ${c.says[language]}`);
          if (c.healthy) console.out(`    - ${c.healthy.text}`);
          if (c.broken) console.out(`    + ${c.broken.text}`);
          if (c.flows.length > 0) console.out(`    ${words("flows", "受影响的流")[language]}: ${c.flows.join(", ")}`);
        }
        if (list.length > 50) console.out(`  … ${list.length - 50}`);
      }
      if (changes.length === 0) console.out(words("No difference in meaning.", "含义上没有差异。")[language]);
    }
    return changes.some((c) => c.class === "fate") ? 1 : 0;
  },
};
