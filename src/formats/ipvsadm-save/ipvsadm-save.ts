import type { Diagnostic, Parsed, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { type Words, words } from "../../base/words.ts";
import { type AddressPort, addressPort } from "../address-port.ts";
import { counted } from "../counted.ts";
import type { Format, Segment, SegmentReading } from "../format.ts";
import { type Word, wordsOf } from "../words.ts";
import { type Options, readOptions, realOptions, schedulingOf } from "./options.ts";
import { newServerDrafts, realKey, type Server, serverKey } from "./server-drafts.ts";

/**
 * `ipvsadm -S -n` (ipvsadm 1.31), and what a shell or `ipvsadm -R` takes, which says what was done, not what is there:
 *   -A -t 192.0.2.1:443 -s rr -p 10800
 *   -a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1
 *   -A --sctp-service 192.0.2.11:3868 -s sh -b sh-fallback,sh-port
 *   -A -f 7 -6 -s rr -p 60 -M 64
 *   -a -f 1000 -r 198.51.100.7:0 -i -w 1 --tun-type gue --tun-port 5555 --tun-nocsum
 *   ipvsadm -A -t 192.0.2.1:443            ipvsadm -d -t 192.0.2.1:443 -r 198.51.100.7            ipvsadm -C
 */
// conntrack -o save begins with -A -t SECONDS -u STATUS
const line =
  /^\s*(ipvsadm )?(?:(?:-[AEDaed]|--(?:add|edit|delete)-(?:service|server)) (?:-t|-u|-f|--(?:tcp|udp|sctp|fwmark)-service) (?!\d+ -u )\S|(?:-C|--clear)\s*$)/;
/** A prompt, sudo and a path before a command. */
const wrapped = /^\s*(?:[^"]{0,200}[#$%>~❯] +)?(?:sudo (?:-\S+ )*)?(?:\/\S*\/)?ipvsadm +/;
const protocols: Readonly<Record<string, "tcp" | "udp" | "sctp">> = {
  "-t": "tcp",
  "-u": "udp",
  "--sctp-service": "sctp",
};
const printWith = words("Print with ipvsadm -S -n.", "请用 ipvsadm -S -n 打印。");

export const ipvsadmSave: Format = {
  id: "ipvsadm-save",
  title: words("ipvsadm -S", "ipvsadm -S"),
  sniff: (text) => (line.test(text) ? "strong" : undefined),
  typed: (command) => line.test(command.replace(wrapped, "ipvsadm ")) && wrapped.test(command),
  printedBy: (command) =>
    command[0] === "ipvsadm-save" ||
    (command[0] === "ipvsadm" && command.some((w) => /^-\w*[SR]|--save|--restore/.test(w))),
  printedNothing: (command) =>
    command.some((w) => /^-\w*R|--restore/.test(w)) ? [] : [{ kind: "ipvs", servers: [], markServers: [] }],
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const drafts = newServerDrafts();
  let commands = false;
  for (let i = 0; i < lines.length; i++) {
    if ((i & 2047) === 2047) yield i / lines.length;
    const all = wordsOf(lines.text(i));
    const tool = wrapped.test(lines.text(i)) ? all.findIndex((w) => /(?:^|\/)ipvsadm$/.test(w.text)) : -1;
    const list = all.slice(tool + 1);
    const say = (
      code: Defect<"ipvsadm-save">,
      severity: Severity,
      word: Word | undefined,
      message: Words,
      advice?: Words,
    ): void => {
      const at = word ? lines.span(i, word.from, word.to) : lines.span(i);
      diagnostics.push({ code: `ipvsadm-save/${code}`, severity, at, message, ...(advice && { advice }) });
    };
    const typed = tool !== -1;
    const options = readOptions(list);
    const { values } = options;
    const verb = ["-A", "-E", "-D", "-C", "-a", "-e", "-d"].find((v) => values.has(v));
    if (!verb) continue;
    if (!commands && (typed || !/[Aa]/.test(verb))) {
      commands = true;
      say(
        "commands",
        "info",
        undefined,
        words(
          "These lines are commands for ipvsadm: what else IPVS holds is unknown.",
          "这些是 ipvsadm 的命令，不是导出：IPVS 中还有什么未知。",
        ),
        printWith,
      );
    }
    for (const word of options.unknown)
      say(
        "unknown-word",
        "warning",
        word,
        words(`ipvsadm 1.31 has no option ${word.text}; it is kept.`, `ipvsadm 1.31 没有选项 ${word.text}，予以保留。`),
      );
    if (verb === "-C") {
      drafts.clear();
      continue;
    }
    const address = (word: Word, plain: boolean): AddressPort | undefined => {
      const found = addressPort(plain && !word.text.includes(":") ? `${word.text}:0` : word.text);
      if (!found)
        say(
          "bad-address",
          "error",
          word,
          words(`${word.text} is no address with a port.`, `${word.text} 不是带端口的地址。`),
          printWith,
        );
      else if (found.named !== undefined)
        say(
          "port-name",
          "info",
          word,
          words(`${found.named} is taken for port ${found.port}.`, `${found.named} 按端口 ${found.port} 处理。`),
          printWith,
        );
      return found;
    };
    const server = serverOf(options, lines.span(i), address);
    if (!server) continue;
    const key = serverKey(server);
    if (verb === "-A" || verb === "-E") drafts.put(server);
    else if (verb === "-D") drafts.remove(key);
    else {
      const word = values.get("-r");
      const real = word && address(word, true);
      if (!word)
        say(
          "bad-address",
          "error",
          undefined,
          words("The line names no real server.", "该行没有写明真实服务器。"),
          printWith,
        );
      // a real server without a port has the virtual server's
      const port = word && !word.text.includes(":") && "port" in server ? server.port : real?.port;
      if (!real || port === undefined) continue;
      const { address: ip } = real;
      const weight = values.get("-w");
      if (weight && !/^\d+$/.test(weight.text))
        say(
          "bad-weight",
          "error",
          weight,
          words(`${weight.text} is no weight.`, `${weight.text} 不是权重。`),
          printWith,
        );
      if (verb === "-d") drafts.remove(key, realKey({ address: ip, port }));
      else if (!drafts.add(key, { address: ip, port, ...realOptions(options), at: lines.span(i) })) {
        const where = values.get("-t") ?? values.get("-u") ?? values.get("-f") ?? values.get("--sctp-service");
        say(
          "server-not-declared",
          "error",
          where,
          words(`Virtual server ${where?.text} has no -A line.`, `虚拟服务 ${where?.text} 没有 -A 行。`),
          printWith,
        );
      }
    }
  }
  const whole = !cut && !command?.filtered && !commands && !diagnostics.some((d) => d.severity === "error");
  return {
    value: {
      contributions: [drafts.contribution()],
      coverage: whole ? "whole" : "partial",
      counts: [
        counted(drafts.size, "virtual server", "virtual servers", "个虚拟服务"),
        counted(drafts.real, "real server", "real servers", "个真实服务器"),
      ],
    },
    diagnostics,
  };
}

function serverOf(
  options: Options,
  at: Server["at"],
  address: (word: Word, plain: boolean) => AddressPort | undefined,
): Server | undefined {
  const { values } = options;
  const mark = values.get("-f");
  if (mark) {
    const fwmark = /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(mark.text) ? Number(mark.text) : undefined;
    if (fwmark === undefined) address(mark, false);
    else return { fwmark, family: values.has("-6") ? 6 : 4, ...schedulingOf(options), at };
  }
  for (const [option, proto] of Object.entries(protocols)) {
    const word = values.get(option);
    const found = word && address(word, false);
    if (found) return { proto, address: found.address, port: found.port, ...schedulingOf(options), at };
  }
  return undefined;
}
