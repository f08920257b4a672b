import { type Damage, none } from "../damage.ts";

const reuse = { "net.ipv4.vs.conn_reuse_mode": "1" };
const packet = (at: string, from: string, to: string, flags: string): string =>
  `10:00:${at} IP ${from} > ${to}: Flags [${flags}], seq 1, win 64240, length 0`;
const client = "10.244.1.30.40000";
const service = "10.96.10.2.80";
const twice = [
  "# tcpdump -n -i any host 10.96.10.2",
  packet("00.000001", client, service, "S"),
  packet("01.020001", client, service, "S"),
  packet("01.020401", service, client, "S."),
];
const old = { uname: ["Linux node1 4.19.0-8-amd64 #1 SMP Debian 4.19.98-1 (2020-01-26) x86_64 GNU/Linux"] };
const connection = (to: string, state = "ESTABLISHED"): string[] => [
  "IPVS connection entries",
  "pro expire state       source             virtual            destination",
  `TCP 14:31  ${state.padEnd(11)} 10.244.1.30:40000  10.96.10.2:80      ${to}`,
];

export const ipvsPortReuse: readonly Damage[] = [
  {
    what: "a capture shows that only the second SYN is answered",
    modes: ["ipvs"],
    edit: none,
    kernel: reuse,
    node: { more: old },
    written: { more: { ...old, tcpdump: twice } },
    unproven: true,
    certainty: "possible",
    nearMisses: [
      { what: "nothing shows harm", edit: none, kernel: reuse, node: { more: old } },
      {
        what: "the kernel is newer",
        edit: none,
        kernel: reuse,
        node: {
          more: {
            uname: ["Linux node1 5.10.0-8-amd64 #1 SMP Debian 5.10.46-4 (2021-08-03) x86_64 GNU/Linux"],
            tcpdump: twice,
          },
        },
      },
      {
        what: "the answer is late, and the client did not try again",
        edit: none,
        kernel: reuse,
        node: { more: { ...old, tcpdump: twice.filter((_, i) => i !== 2) } },
      },
      {
        what: "one SYN is seen on two devices",
        edit: none,
        kernel: reuse,
        node: {
          more: {
            ...old,
            tcpdump: [
              ...twice.slice(0, 2),
              packet("00.000041", client, service, "S"),
              packet("00.000401", service, client, "S."),
            ],
          },
        },
      },
    ],
  },
  {
    what: "IPVS keeps a connection to a server that is gone",
    modes: ["ipvs"],
    edit: none,
    kernel: { "net.ipv4.vs.expire_nodest_conn": "0" },
    written: { more: { connections: connection("10.244.2.99:8080") } },
    unproven: true,
    certainty: "possible",
    nearMisses: [
      {
        what: "its server is there",
        edit: none,
        kernel: { "net.ipv4.vs.expire_nodest_conn": "0" },
        node: { more: { connections: connection("10.244.2.20:8080") } },
      },
      {
        what: "IPVS ends such connections",
        edit: none,
        kernel: { "net.ipv4.vs.expire_nodest_conn": "1" },
        node: { more: { connections: connection("10.244.2.99:8080") } },
      },
      {
        what: "the connection is over",
        edit: none,
        kernel: { "net.ipv4.vs.expire_nodest_conn": "0" },
        node: { more: { connections: connection("10.244.2.99:8080", "TIME_WAIT") } },
      },
    ],
  },
];
