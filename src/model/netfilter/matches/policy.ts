import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import { protocolName } from "../../net/protocol.ts";
import { type ListedOption, type ListReader, skipBlanks } from "../list-form.ts";
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

const listedHead = /policy match(?= )/y;
const listedOption =
  /(?<strict>strict)|\[(?<index>\d+)\]|(?<not>! )?(?<name>dir|pol|reqid|spi|proto|mode|tunnel-dst|tunnel-src) (?<value>\S+)/y;

/** `policy match dir in pol ipsec strict [0] reqid 1 mode tunnel [1] reqid 2`: an element begins with its index where they are strict. */
const listedPolicy: ListReader = (text, from) => {
  listedHead.lastIndex = from;
  if (!listedHead.test(text)) return [];
  const options: ListedOption[] = [];
  let end = listedHead.lastIndex;
  for (let at = skipBlanks(text, end); ; at = skipBlanks(text, end)) {
    listedOption.lastIndex = at;
    const found = listedOption.exec(text)?.groups;
    if (!found) return [{ end, options }];
    end = listedOption.lastIndex;
    const add = (name: string, ...args: readonly string[]): void =>
      void options.push({ name, negated: found.not !== undefined, args, from: at, to: end });
    if (found.strict) add("--strict");
    else if (found.name) add(`--${found.name}`, found.value ?? "");
    else if (found.index !== "0") add("--next");
  }
};

/** IPsec policy: libxt_policy.c. Its elements are divided by `--next`. */
export const policy: MatchModule<Policy> = {
  name: "policy",
  level: "caveat",
  note: words("Packets are taken to be under no IPsec policy.", "假定报文不受 IPsec 策略约束。"),
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
  // xt_policy.c: without a policy a rule for `none` matches, and no other
  test: ({ whole: { policy: of } }, _packet, context) =>
    context.assume(
      words("No IPsec policy applies to the packet.", "没有适用于该报文的 IPsec 策略。"),
      words("Few nodes have any, and no dump shows one.", "很少有节点配置它，转储里也没有。"),
      "ip xfrm policy",
      of?.is === "none",
    ),
  list: listedPolicy,
  print: ({ whole: head, elements }) =>
    [printWhole(head), elements.map(printElement).join(" --next ")].filter((part) => part !== "").join(" "),
};
