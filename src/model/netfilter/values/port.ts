import { words } from "../../../base/words.ts";
import { servicePort } from "../../net/services.ts";
import { numberWithin } from "./number.ts";
import type { NumberRange } from "./number-range.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/**
 * Names that people write in rules by hand; iptables-save prints numbers only. A small part of /etc/services, as
 * more would only hide typing errors.
 */
const services: ReadonlyMap<string, number> = new Map([
  ["ftp", 21],
  ["ssh", 22],
  ["telnet", 23],
  ["smtp", 25],
  ["domain", 53],
  ["bootps", 67],
  ["bootpc", 68],
  ["tftp", 69],
  ["http", 80],
  ["kerberos", 88],
  ["pop3", 110],
  ["sunrpc", 111],
  ["ntp", 123],
  ["imap2", 143],
  ["snmp", 161],
  ["bgp", 179],
  ["ldap", 389],
  ["https", 443],
  ["syslog", 514],
  ["ldaps", 636],
  ["imaps", 993],
  ["mysql", 3306],
  ["postgresql", 5432],
  ["http-alt", 8080],
]);

/** A port number or a service's name. */
export function readPort(text: string, refuse: Refuse, index = 0): number | undefined {
  if (/^[0-9]/.test(text)) return numberWithin(text, 0, 65535, refuse, index);
  return services.get(text) ?? refuse("not-a-port", words(`“${text}” is not a port.`, `“${text}” 不是端口。`), index);
}

/** Ports as a listing without -n writes them, in numbers: `domain,http:1023` is `53,80:1023`. Other names are left. */
export const portNumbers = (text: string): string =>
  text.replace(/[A-Za-z][\w.+-]*/g, (name) => servicePort(name) ?? name);

/** `80`, `1:1023`, `:1023`, `1024:`; libxt_tcp.c parse_tcp_ports. */
export function readPortRange(text: string, refuse: Refuse, separator = ":"): NumberRange | undefined {
  const middle = text.indexOf(separator);
  if (middle === -1) {
    const port = readPort(text, refuse);
    return port === undefined ? undefined : [port, port];
  }
  const from = text.slice(0, middle);
  const to = text.slice(middle + 1);
  const low = from === "" ? 0 : readPort(from, refuse);
  const high = to === "" ? 65535 : readPort(to, refuse);
  if (low === undefined || high === undefined) return undefined;
  if (low > high) return refuse("range-reversed", words(`${text} runs backwards.`, `${text} 的范围前后颠倒。`));
  return [low, high];
}

export const portRange: ValueKind<NumberRange> = {
  words: 1,
  read: ([text = ""], refuse) => readPortRange(text, refuse),
  print: ([low, high]) => (low === high ? String(low) : `${low}:${high}`),
};

export const allPorts = ([low, high]: NumberRange): boolean => low === 0 && high === 65535;
