import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import { protocolName } from "../../net/protocol.ts";
import type { Complain, GivenOption } from "../option.ts";
import { hostOrPrefix } from "../values/addresses.ts";
import {
  type Fields,
  fieldPrinter,
  fieldReader,
  negatable,
  option,
  type Values,
  wordCounts,
} from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { oneName } from "../values/names.ts";
import { hexNumber, uint32 } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import type { MatchModule } from "./match.ts";

const protocol: ValueKind<string> = {
  words: 1,
  read([text = ""], refuse) {
    const name = protocolName(text);
    if (name === "ah" || name === "esp" || name === "ipcomp") return name;
    return refuse(
      "unknown-value",
      words(`“${text}” is not one of ah, esp, ipcomp.`, `“${text}” 不是 ah、esp、ipcomp 之一。`),
    );
  },
  print: (name) => name,
};

const whole = {
  direction: option("--dir", oneName(["in", "out"])),
  policy: option("--pol", oneName(["none", "ipsec"])),
  strict: option("--strict", flag),
} satisfies Fields;

/** One transformation of the policy. */
const element = {
  reqid: negatable("--reqid", uint32),
  spi: negatable("--spi", hexNumber(0xffffffff)),
  protocol: negatable("--proto", protocol),
  mode: negatable("--mode", oneName(["transport", "tunnel"])),
  destination: negatable("--tunnel-dst", hostOrPrefix),
  source: negatable("--tunnel-src", hostOrPrefix),
} satisfies Fields;

export interface Policy {
  readonly whole: Values<typeof whole>;
  readonly elements: readonly Values<typeof element>[];
}

const readWhole = fieldReader(whole);
const readElement = fieldReader(element);
const printWhole = fieldPrinter(whole);
const printElement = fieldPrinter(element);

/** IPsec policy: libxt_policy.c. Its elements are divided by `--next`. */
export const policy: MatchModule<Policy> = {
  name: "policy",
  level: "recognised",
  note: words("No dump shows IPsec policies.", "转储里看不到 IPsec 策略。"),
  options: { ...wordCounts(whole), "--next": 0, ...wordCounts(element) },
  needs: [["--dir"]],
  parse(options: readonly GivenOption[], complain: Complain, family: Family) {
    const groups: GivenOption[][] = [[]];
    const general: GivenOption[] = [];
    for (const given of options)
      if (given.name === "--next") groups.push([]);
      else if (Object.values(whole).some(({ names }) => names[0] === given.name)) general.push(given);
      else groups[groups.length - 1]?.push(given);
    const head = readWhole(general, complain, family);
    const elements = groups.map((group) => readElement(group, complain, family));
    if (!head || elements.includes(undefined)) return undefined;
    const policyOf = head.policy ?? ({ negated: false, is: "ipsec" } as const);
    return { whole: { ...head, policy: policyOf }, elements: elements as Policy["elements"] };
  },
  print: ({ whole: head, elements }) =>
    [printWhole(head), elements.map(printElement).join(" --next ")].filter((part) => part !== "").join(" "),
};
