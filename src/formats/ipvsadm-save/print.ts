import type { MarkServer, RealServer, VirtualServer } from "../../model/ipvs/virtual-server.ts";
import type { Printer } from "../printer.ts";

/** Virtual servers of any origin as `ipvsadm -S -n` of 1.31 writes them. */
export const ipvsadmSavePrinter: Printer = {
  id: "ipvsadm-save",
  print: (contribution) =>
    contribution.kind === "ipvs" ? serverLines([...contribution.servers, ...contribution.markServers]) : undefined,
};

const options = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;
const methods = { masq: "-m", tunnel: "-i", route: "-g", local: "-g", unknown: "" } as const;
const endpoint = (address: string, port: number): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

/** ipvsadm.c print_service_entry. */
function* serverLines(servers: readonly (VirtualServer | MarkServer)[]): Generator<string> {
  const ordered = [...servers].sort((a, b) => a.at.from - b.at.from);
  for (const server of ordered) {
    const name =
      "fwmark" in server
        ? `-f ${server.fwmark}${server.family === 6 ? " -6" : ""}`
        : `${options[server.proto]} ${endpoint(server.address, server.port)}`;
    const ops = server.flags.includes("ops");
    const flags = server.flags.filter((flag) => flag !== "ops").join(",");
    yield [
      `-A ${name}`,
      server.scheduler === "" ? "" : `-s ${server.scheduler}`,
      server.persistence === undefined ? "" : `-p ${server.persistence}`,
      server.mask === undefined ? "" : `-M ${server.mask}`,
      server.engine === undefined ? "" : `--pe ${server.engine}`,
      ops ? "-o" : "",
      flags === "" ? "" : `-b ${flags}`,
      server.more ?? "",
    ]
      .filter((part) => part !== "")
      .join(" ");
    for (const real of server.realServers) yield realLine(name, real);
  }
}

const realLine = (name: string, real: RealServer): string =>
  [
    `-a ${name} -r ${endpoint(real.address, real.port)}`,
    methods[real.forwarding],
    `-w ${real.weight}`,
    real.tunnel ?? "",
    real.more ?? "",
  ]
    .filter((part) => part !== "")
    .join(" ");
