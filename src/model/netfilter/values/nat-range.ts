import { words } from "../../../base/words.ts";
import type { Family, Ip } from "../../net/ip.ts";
import { type AddressRange, readAddressRange } from "./addresses.ts";
import { numberWithin } from "./number.ts";
import type { NumberRange } from "./number-range.ts";
import { readPort } from "./port.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** `[addr[-addr]][:port[-port[/base]]]`; at least one of the two. */
export interface NatTo {
  readonly addresses?: AddressRange;
  readonly ports?: NumberRange;
  /** Shifted port map (`80-90/100`): the port keeps its distance from this one. */
  readonly base?: number;
}

/** `80`, `80-90`, `80-90/100`, `http`. */
export function readNatPorts(text: string, refuse: Refuse): (NatTo & Pick<Required<NatTo>, "ports">) | undefined {
  if (/^[a-z]|^\d+$/.test(text)) {
    const port = readPort(text, refuse);
    return port === undefined ? undefined : { ports: [port, port] };
  }
  const [range = "", base, more] = text.split("/");
  const [from = "", to, beyond] = range.split("-");
  if (more !== undefined || beyond !== undefined || !/^\d/.test(from))
    return refuse("not-a-port", words(`“${text}” is no port or range of ports.`, `“${text}” 不是端口或端口范围。`));
  const low = numberWithin(from, 0, 65535, refuse);
  const high = to === undefined ? low : numberWithin(to, 0, 65535, refuse);
  if (low === undefined || high === undefined) return undefined;
  if (low > high) return refuse("range-reversed", words(`${range} runs backwards.`, `${range} 的范围前后颠倒。`));
  if (base === undefined) return { ports: [low, high] };
  const shifted = numberWithin(base, 1, 65535, refuse);
  return shifted === undefined ? undefined : { ports: [low, high], base: shifted };
}

export const printNatPorts = ({ ports, base }: NatTo): string =>
  ports ? `${ports[0]}${ports[1] === ports[0] ? "" : `-${ports[1]}`}${base === undefined ? "" : `/${base}`}` : "";

/** Splits off the addresses: IPv6 stands in brackets where a port follows. */
function split(text: string, family: Family): readonly [string, string | undefined] {
  if (family === 4) {
    const colon = text.indexOf(":");
    return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  }
  if (!text.includes("["))
    return text.startsWith(":") && !text.startsWith("::") ? ["", text.slice(1)] : [text, undefined];
  const parts = /^(?:\[([^\]]*)\]|([^[\]]*?))(?::(\d[^:]*))?$/.exec(text);
  return parts ? [parts[1] || parts[2] || "", parts[3]] : [text, undefined];
}

/** libxt_NAT.c parse_to. */
export const natTo: ValueKind<NatTo> = {
  words: 1,
  read([text = ""], refuse, family) {
    const [addressText, portText] = split(text, family);
    if (addressText === "" && portText === undefined)
      return refuse("value-empty", words("The value is empty.", "值为空。"));
    const addresses = addressText === "" ? undefined : readAddressRange(addressText, refuse, family);
    if (addressText !== "" && addresses === undefined) return undefined;
    if (portText === undefined) return addresses && { addresses };
    const to = readNatPorts(portText, refuse);
    if (!to || !addresses) return to;
    const { ports, base } = to;
    return base === undefined ? { addresses, ports } : { addresses, ports, base };
  },
  print(to) {
    const ports = to.ports ? `:${printNatPorts(to)}` : "";
    if (!to.addresses) return ports;
    const [first, last]: readonly [Ip, Ip] = to.addresses;
    const text = first === last ? first : `${first}-${last}`;
    return text.includes(":") && ports !== "" ? `[${text}]${ports}` : text + ports;
  },
};

export const natPorts: ValueKind<NatTo> = {
  words: 1,
  read: ([text = ""], refuse) => readNatPorts(text, refuse),
  print: printNatPorts,
};
