import { words } from "../../base/words.ts";
import { familyOf, parseIp } from "../../model/net/ip.ts";
import type { Listener } from "../../model/node/system.ts";
import { counted } from "../counted.ts";
import type { Format, Lines } from "../format.ts";

/**
 * `ss -ltn`, `ss -tulnp` (iproute2) and `netstat -ltn` (net-tools): sockets that listen are kept, others only counted.
 *   State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
 *   LISTEN 0      128          0.0.0.0:30080      0.0.0.0:*    users:(("kube-proxy",pid=911,fd=12))
 *   tcp        0      0 0.0.0.0:30080           0.0.0.0:*               LISTEN      911/kube-proxy
 */
const ssHead = /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port/;
const netstatHead = /^(?:Active Internet connections|Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address)/;
const ssRow =
  /^(?:(tcp|udp|mptcp|dccp|sctp)\s+)?(LISTEN|UNCONN|ESTAB|SYN-SENT|SYN-RECV|TIME-WAIT|CLOSE-WAIT|FIN-WAIT-[12]|LAST-ACK|CLOSING)\s+\d+\s+\d+\s+(\S+):(\d+|\*)\s+(\S+):(\d+|\*)(?:\s+(.*))?$/;
const netstatRow =
  /^(tcp|udp)(6?)\s+\d+\s+\d+\s+(\S+):(\d+|\*)\s+\S+:(?:\d+|\*)(?:\s+([A-Z_0-9]+))?(?:\s+(?:\d+|-)\/?(\S*))?\s*$/;

export const ss: Format = {
  id: "ss",
  title: words("ss or netstat", "ss 或 netstat"),
  sniff(line) {
    if (ssHead.test(line) || netstatHead.test(line)) return "strong";
    return ssRow.test(line) || netstatRow.test(line) ? "strong" : undefined;
  },
  printedBy: (command) => command[0] === "ss" || command[0] === "netstat",
  parse({ lines, command, cut }) {
    const list: Listener[] = [];
    let others = 0;
    for (let i = 0; i < lines.length; i++) {
      const listener = listenerAt(lines, i);
      if (listener) list.push(listener);
      else if (ssRow.test(lines.text(i)) || netstatRow.test(lines.text(i))) others++;
    }
    const coverage =
      !cut && command !== undefined && !command.filtered && listsAll(command.words) ? "whole" : "partial";
    return {
      value: {
        contributions: [{ kind: "system", facts: { listeners: { coverage, list } } }],
        coverage,
        counts: [
          counted(list.length, "listening socket", "listening sockets", "个监听套接字"),
          ...(others > 0 ? [counted(others, "connection", "connections", "个连接")] : []),
        ],
      },
      diagnostics: [],
    };
  },
};

/** Both protocols, both families, no filter: `-ltun`. */
function listsAll(list: readonly string[]): boolean {
  const letters = list.filter((w) => /^-[a-zA-Z0-9]+$/.test(w)).join("");
  return (
    list.slice(1).every((w) => w.startsWith("-")) &&
    /l|a/.test(letters) &&
    letters.includes("t") &&
    letters.includes("u") &&
    !/[46]/.test(letters)
  );
}

function listenerAt(lines: Lines, i: number): Listener | undefined {
  const text = lines.text(i);
  const bySs = ssRow.exec(text);
  if (bySs) {
    const [, proto = "tcp", state, host = "", port = "", , , rest = ""] = bySs;
    if (state !== "LISTEN" && state !== "UNCONN") return undefined;
    if ((proto !== "tcp" && proto !== "udp") || port === "*") return undefined;
    const process = /\(\("([^"]+)"/.exec(rest)?.[1];
    return listener(state === "UNCONN" ? "udp" : proto, host, Number(port), process, lines, i);
  }
  const [, proto, , host = "", port = "", state, process] = netstatRow.exec(text) ?? [];
  if ((proto !== "tcp" && proto !== "udp") || port === "*") return undefined;
  if (proto === "tcp" && state !== "LISTEN") return undefined;
  // netstat writes `::` for both families, too
  return listener(proto, host === "::" ? "*" : host, Number(port), process || undefined, lines, i);
}

/** `0.0.0.0`, `[::]`, `*`, `127.0.0.53%lo`, `:::80` of netstat. */
function listener(
  proto: Listener["proto"],
  host: string,
  port: number,
  process: string | undefined,
  lines: Lines,
  i: number,
): Listener {
  const [bare = "", device] = host.replace(/^\[(.*?)\]/, "$1").split("%");
  const ip = parseIp(bare);
  const any = ip === undefined || ip === "0.0.0.0" || ip === "::";
  const own = ip === undefined ? undefined : familyOf(ip);
  return {
    proto,
    ...(any ? {} : { address: ip }),
    ...(own === undefined ? {} : { family: own }),
    port,
    ...(device === undefined ? {} : { device: device.replace(/\]$/, "") }),
    ...(process === undefined ? {} : { process }),
    at: lines.span(i),
  };
}
