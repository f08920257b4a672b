#!/bin/sh
# natlens collector: prints, as one text, what tells why a Service does not answer on this node.
#
#   sh collect.sh > bundle.txt        as root, on the node
#
# It only reads. It writes no file, changes no setting, loads no kernel module, opens no connection to another host, and
# prints no kubeconfig, token or environment. It needs a POSIX shell; each tool that is missing is said in the bundle. A
# command is stopped after 20 seconds, where there is timeout(1).
#
# The bundle, which natlens reads back:
#   === natlens 1 bundle                            the first line; 1 is the version of this form
#   === natlens 1 fact KEY VALUE                    the manifest: date, host, kernel, versions, what is missing
#   === natlens 1 begin N $ COMMAND                 a section: the very command, then what it printed
#   === natlens 1 error N TEXT                      what it said on stderr
#   === natlens 1 end N status=S lines=L [more=M]   its exit status, its lines, and those left out to keep this short
#   === natlens 1 end N not-run=WHY                 it was not run: no-tool:NAME, no-module:NAME, unknown-module:NAME
#   === natlens 1 bundle-end sections=N failed=N,N  the last line
#
# Modules: iptables, ebtables, ipset, ipvsadm, nft, conntrack and ss make the kernel load the module they talk to. So each is run only
# if its module is there already; if it is not, there is nothing to print anyway.
#
# Where it runs: in the node's network namespace. `kubectl debug node/NAME` gives that, and the node's processes; with
# `chroot /host` also the node's own tools. Without it (a node that has no shell) the tools are the image's, and the node's
# files are found below /host. A tool that is in neither is looked for in kube-proxy's own container.

LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

seconds=20
number=0
failed=
incompatible=0
bridged=no
newline='
'

have() { command -v "$1" >/dev/null 2>&1; }
fact() { printf '=== natlens 1 fact %s %s\n' "$1" "${2%%"$newline"*}"; }
first_line() { printf '%s' "${1%%"$newline"*}"; }

# ---------------------------------------------------------------------------------------------------------- sections

# run COMMAND: with a limit of time. stdin is closed to it, since this script itself may be coming from there.
run() {
  case $limit in
    seconds) timeout "$seconds" sh -c "$1" ;;
    t) timeout -t "$seconds" sh -c "$1" ;; # busybox before 1.30
    *) sh -c "$1" ;;
  esac </dev/null
}

# keep LINES: passes on so many lines and counts all. What it has to tell goes to descriptor 3. Without awk nobody counts:
# then a dump is passed on whole, since natlens could not know that it is cut.
keep() {
  if [ "$counting" = no ]; then
    if [ "$1" -lt 10000 ]; then head -n "$1"; else cat; fi
    return
  fi
  awk -v most="$1" '
    NR <= most { print }
    /^# Table .* is incompatible/ { odd = 1 } # of iptables-nft-save: only nft can print it
    END {
      more = NR > most ? NR - most : 0
      printf "@lines=%d more=%d odd=%d\n", NR - more, more, odd | "cat 1>&3"
    }'
}

begin() {
  number=$((number + 1))
  printf '=== natlens 1 begin %s $ %s\n' "$number" "$1"
}

# section LINES COMMAND: what the command prints, at most so many lines of it. Descriptor 4 is the bundle, 3 brings back
# the messages and the exit status; so no file is needed in between.
section() {
  begin "$2"
  told=$({ { run "$2" 2>&3 3>&- 4>&-; printf '@status=%s\n' "$?" >&3; } | keep "$1" >&4; } 3>&1)
  status=
  lines=-
  more=0
  messages=0
  set -f
  IFS=$newline
  # shellcheck disable=SC2086 # one word a line
  set -- $told
  unset IFS
  set +f
  for line in "$@"; do
    case $line in
      @status=*) status=${line#@status=} ;;
      @lines=*)
        lines=${line#@lines=}
        more=${lines#* more=}
        [ "${more#* odd=}" = 0 ] || incompatible=1
        more=${more%% *}
        lines=${lines%% *}
        ;;
      *)
        messages=$((messages + 1))
        [ "$messages" -gt 5 ] || printf '=== natlens 1 error %s %.300s\n' "$number" "$line"
        ;;
    esac
  done
  left=
  [ "$more" = 0 ] || left=" more=$more"
  printf '=== natlens 1 end %s status=%s lines=%s%s\n' "$number" "$status" "$lines" "$left"
  [ "$status" = 0 ] || failed=$failed,$number
}

# omit WHY COMMAND: says that the command was not run.
omit() {
  begin "$2"
  printf '=== natlens 1 end %s not-run=%s\n' "$number" "$1"
  case $1 in no-module:*) ;; *) failed=$failed,$number ;; esac # without its module there is nothing to print
}

# tool LINES COMMAND: a section; the tool is the node's or, if it has none, that of kube-proxy's container.
tool() {
  name=${2%% *}
  if have "$name"; then
    section "$1" "$2"
  elif [ -n "$proxy" ] && have chroot && in_container "$name"; then
    section "$1" "chroot /proc/$proxy/root $2"
  else
    omit "no-tool:$name" "$2"
  fi
}

in_container() {
  for folder in usr/sbin sbin usr/bin bin usr/local/sbin; do
    # an absolute link leads to its place in the container, so a link is enough
    [ ! -x "/proc/$proxy/root/$folder/$1" ] && [ ! -h "/proc/$proxy/root/$folder/$1" ] || return 0
  done
  return 1
}

# kernel LINES COMMAND MODULE yes|no|unknown: a section of a tool that would load the module.
kernel() {
  case $4 in
    yes) tool "$1" "$2" ;;
    no) omit "no-module:$3" "$2" ;;
    *) omit "unknown-module:$3" "$2" ;;
  esac
}

# in_kernel MODULE SYMBOL: yes, no or unknown. A module that is built in is in no list, but its functions are.
in_kernel() {
  if grep -q "^$1 " /proc/modules 2>/dev/null; then
    echo yes
  elif [ -r /proc/kallsyms ]; then
    if grep -qE "[[:space:]]$2([[:space:]]|\$)" /proc/kallsyms; then echo yes; else echo no; fi
  elif [ -r "$host/lib/modules/$release/modules.builtin" ]; then
    if grep -q "/$1\.ko" "$host/lib/modules/$release/modules.builtin"; then echo yes; else echo no; fi
  else
    echo unknown
  fi
}

there() { if [ -e "$1" ]; then echo yes; else echo no; fi; }

# files LINES PATTERN...: `grep -H .` of the files that fit, said by their patterns.
files() {
  most=$1
  shift
  list=
  for pattern in "$@"; do
    # shellcheck disable=SC2086 # a pattern is to be filled in
    for file in $pattern; do
      [ ! -r "$file" ] || { list="$list $pattern" && break; }
    done
  done
  [ -z "$list" ] || section "$most" "grep -H .$list"
}

# ---------------------------------------------------------------------------------------------------------- manifest

manifest() {
  fact date "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  fact host "$(uname -n)"
  fact kernel "$release"
  if [ "$(id -u)" = 0 ]; then fact user root; else fact user "not root: most of this will be missing"; fi
  fact network-namespace "$(namespace)"
  case $limit in
    none) fact time-limit "none: there is no timeout(1)" ;;
    *) fact time-limit "$seconds s" ;;
  esac
  missing=
  for name in iptables-save ip6tables-save iptables-legacy-save iptables-nft-save ip6tables-legacy-save \
    ip6tables-nft-save ebtables-save ipset ipvsadm ip bridge ss nft conntrack ethtool awk timeout journalctl crictl; do
    if have "$name"; then version "$name"; else missing="$missing $name"; fi
  done
  missing=${missing# }
  fact missing "${missing:-none}"
  if [ -n "$proxy" ]; then fact kube-proxy "process $proxy"; else fact kube-proxy "no process"; fi
  [ -z "$proxy_version" ] || fact kube-proxy-version "$proxy_version"
}

# Whether this is the network namespace of process 1, which is the node's where process 1 is the node's init.
namespace() {
  own=$(readlink /proc/self/ns/net 2>/dev/null)
  init=$(readlink /proc/1/ns/net 2>/dev/null)
  if [ -z "$own" ] || [ -z "$init" ]; then
    echo unknown
  elif [ "$own" = "$init" ]; then
    echo "$own, that of process 1"
  else
    echo "$own, another than that of process 1, $init"
  fi
}

# Only versions that a tool tells without talking to the kernel, or whose module is there.
version() {
  case $1 in
    ip*tables*-save) said=$("$1" -V </dev/null 2>/dev/null || "${1%-save}" -V </dev/null 2>/dev/null) ;;
    ipset) [ "$ip_set" = yes ] && said=$(ipset version </dev/null 2>/dev/null) ;;
    ipvsadm) [ "$ip_vs" = yes ] && said=$(ipvsadm --version </dev/null 2>/dev/null) ;;
    ip | bridge) said=$("$1" -V </dev/null 2>/dev/null) ;;
    nft) [ "$nf_tables" = yes ] && said=$(nft --version </dev/null 2>/dev/null) ;;
    conntrack | ethtool) said=$("$1" --version </dev/null 2>/dev/null) ;;
    *) return ;;
  esac
  [ -z "$said" ] || fact "$1" "$said"
  said=
}

# --------------------------------------------------------------------------------------------------------- kube-proxy

# The process, by its program's name: not the shells and tools that only mention it, and not one of another network
# namespace, such as that of a cluster in containers.
find_proxy() {
  proxy=
  here=$(readlink /proc/self/ns/net 2>/dev/null)
  # shellcheck disable=SC2013 # names of /proc hold no blanks
  for file in $(grep -lE 'kube-proxy|hyperkube' /proc/[0-9]*/cmdline 2>/dev/null); do
    words=$({ tr '\000' "$newline" <"$file"; } 2>/dev/null)
    program=$(first_line "$words")
    its=$(readlink "${file%/cmdline}/ns/net" 2>/dev/null)
    [ -z "$here" ] || [ -z "$its" ] || [ "$here" = "$its" ] || continue
    case ${program##*/} in
      kube-proxy) ;;
      hyperkube) case $words in *"$newline"proxy* | *"$newline"kube-proxy*) ;; *) continue ;; esac ;;
      *) continue ;;
    esac
    proxy=${file#/proc/}
    proxy=${proxy%/cmdline}
    proxy_words=$words
    return
  done
}

# flag NAME: its value on kube-proxy's command line.
flag() {
  set -f
  IFS=$newline
  # shellcheck disable=SC2086 # one word a line
  set -- "$1" $proxy_words
  unset IFS
  set +f
  wanted=$1
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      "--$wanted="*) printf '%s' "${1#*=}" && return ;;
      "--$wanted") printf '%s' "${2-}" && return ;;
    esac
    shift
  done
}

# Values behind such words are hidden, wherever flags and logs are printed.
hide="sed -E 's/(([Tt]oken|TOKEN|[Pp]assword|PASSWORD|[Ss]ecret|SECRET|[Bb]earer)[^ =:]*[=: ]+)[^ ,\"]+/\\1(hidden)/g'"

kube_proxy() {
  if [ -n "$proxy" ]; then
    section 50 "cat /proc/$proxy/cmdline | tr '\\000' ' ' | $hide"
    config=$(flag config)
    # no other file is printed than one of this kind: it names a kubeconfig, and holds none
    if [ -n "$config" ] && grep -q '^kind: *KubeProxyConfiguration' "/proc/$proxy/root$config" 2>/dev/null; then
      section 500 "cat /proc/$proxy/root$config | $hide"
    fi
  fi
  # where kube-proxy is a part of another program: k3s logs its flags, MicroK8s keeps them in a file
  if [ -z "$proxy" ] && [ -d "$host/var/lib/rancher/k3s" ] && have journalctl; then
    section 5 "journalctl -u k3s -u k3s-agent -b --no-pager -o cat | grep 'Running kube-proxy ' | tail -n 1 | $hide"
  fi
  [ ! -r "$host/var/snap/microk8s/current/args/kube-proxy" ] ||
    section 100 "cat $host/var/snap/microk8s/current/args/kube-proxy | $hide"
  proxy_log
}

# The beginning of the log, where kube-proxy says what it chose, and its end.
proxy_log() {
  log=
  for file in "$host"/var/log/pods/*kube-proxy*/*/*.log "$host"/var/log/kube-proxy.log; do
    [ ! -r "$file" ] || [ -n "$log" ] && [ -z "$(find -L "$file" -newer "$log" 2>/dev/null)" ] || log=$file
  done
  if [ -n "$log" ]; then
    # without what the container runtime writes before each line
    strip="sed -E 's/^[^ ]+ std(out|err) [FP] //'"
    section 100 "head -n 100 $log | $strip | cut -c 1-1000 | $hide"
    section 200 "tail -n +101 $log | tail -n 200 | $strip | cut -c 1-1000 | $hide"
  elif have crictl && [ -n "$(crictl ps -q --name '^kube-proxy$' </dev/null 2>/dev/null)" ]; then
    section 200 "crictl logs --tail 200 \"\$(crictl ps -q --name '^kube-proxy\$' | head -n 1)\" 2>&1 | cut -c 1-1000 | $hide"
  elif have journalctl && have systemctl && systemctl cat kube-proxy.service >/dev/null 2>&1 </dev/null; then
    section 100 "journalctl -u kube-proxy -b --no-pager -o cat | head -n 100 | cut -c 1-1000 | $hide"
    section 200 "journalctl -u kube-proxy -b --no-pager -o cat -n 200 | cut -c 1-1000 | $hide"
  fi
}

# ------------------------------------------------------------------------------------------------------------- parts

system() {
  section 5 'uname -a'
  section 50 "cat $host/etc/os-release"
  [ ! -r /proc/modules ] || section 1000 'cat /proc/modules'
}

# rules ip|ip6: the tool's default backend, then the other one. Rules of both run, so one dump is half the truth.
# A legacy tool without -t prints the tables of /proc/net/ip_tables_names, which are those in use; with -t it would load one.
rules() {
  if [ "$1" = ip ]; then legacy=$(there /proc/net/ip_tables_names); else legacy=$(there /proc/net/ip6_tables_names); fi
  case $("$1tables-save" -V </dev/null 2>/dev/null || "$1tables" -V </dev/null 2>/dev/null) in
    *nf_tables*)
      kernel 2000000 "$1tables-save -c" nf_tables "$nf_tables"
      have "$1tables-legacy-save" || [ "$legacy" = yes ] || return
      kernel 2000000 "$1tables-legacy-save -c" "$1_tables" "$legacy"
      ;;
    "")
      if [ "$nf_tables" = no ] && [ "$legacy" = no ]; then
        omit no-module:nf_tables "$1tables-save -c"
        return
      fi
      # no such tool on the node; that of kube-proxy's container chooses its backend itself
      tool 2000000 "$1tables-save -c"
      for backend in legacy nft; do
        { have "$1tables-$backend-save" || { [ -n "$proxy" ] && in_container "$1tables-$backend-save"; }; } || continue
        if [ "$backend" = nft ]; then
          kernel 2000000 "$1tables-nft-save -c" nf_tables "$nf_tables"
        else
          kernel 2000000 "$1tables-legacy-save -c" "$1_tables" "$legacy"
        fi
      done
      ;;
    *)
      kernel 2000000 "$1tables-save -c" "$1_tables" "$legacy"
      [ "$nf_tables" != no ] || have "$1tables-nft-save" || return
      kernel 2000000 "$1tables-nft-save -c" nf_tables "$nf_tables"
      ;;
  esac
}

# Rules of bridges. The legacy tool asks for those tables that are loaded.
bridge_rules() {
  have ebtables-save || { [ -n "$proxy" ] && in_container ebtables-save; } || return
  bridged=yes
  case $(ebtables -V </dev/null 2>/dev/null) in
    "" | *nf_tables*) kernel 2000 'ebtables-save' nf_tables "$nf_tables" ;;
    *) kernel 2000 'ebtables-save' ebtables "$ebtables" ;;
  esac
}

# Tables of nftables that are not iptables' or ebtables' own; those, too, if these could not print one.
nft_tables() {
  [ "$nf_tables" = yes ] || return
  if ! have nft; then
    omit no-tool:nft 'nft list ruleset'
    return
  fi
  set -f
  IFS=$newline
  # shellcheck disable=SC2046 # one word a line
  set -- $(nft list tables </dev/null 2>/dev/null)
  unset IFS
  set +f
  for table in "$@"; do
    case $table in
      "table ip filter" | "table ip nat" | "table ip mangle" | "table ip raw" | "table ip security" | \
        "table ip6 filter" | "table ip6 nat" | "table ip6 mangle" | "table ip6 raw" | "table ip6 security")
        [ "$incompatible" = 0 ] || section 5000 "nft list $table"
        ;;
      "table bridge filter" | "table bridge nat" | "table bridge broute")
        [ "$bridged" = yes ] || section 5000 "nft list $table"
        ;;
      *) section 50000 "nft list $table" ;;
    esac
  done
}

ipvs() {
  kernel 1000000 'ipset save' ip_set "$ip_set"
  if [ "$ip_vs" = yes ] && ! have ipvsadm && { [ -z "$proxy" ] || ! in_container ipvsadm; }; then
    section 1000000 'cat /proc/net/ip_vs' # the same, in hexadecimal
  else
    kernel 1000000 'ipvsadm -S -n' ip_vs "$ip_vs"
    [ "$ip_vs" = no ] || kernel 1000000 'ipvsadm -L -n' ip_vs "$ip_vs"
    [ "$ip_vs" = no ] || kernel 500 'ipvsadm -L -n -c' ip_vs "$ip_vs"
  fi
}

network() {
  # busybox has an ip of its own, without details and tables of all
  case $(ip -V </dev/null 2>/dev/null) in
    *iproute2*) tool 100000 'ip -d addr' ;;
    *) tool 100000 'ip addr' ;;
  esac
  tool 200000 'ip -4 route show table all'
  tool 200000 'ip -6 route show table all'
  tool 10000 'ip -4 rule'
  tool 10000 'ip -6 rule'
  tool 500 'ip neigh'
  ! have bridge || section 5000 'bridge -d link'
  files 5000 '/sys/class/net/*/brport/hairpin_mode'
  tunnels
  sockets
}

# Who listens. ss asks modules of the kernel; netstat reads /proc.
sockets() {
  if [ "$sock_diag" = yes ] || ! have netstat; then
    kernel 5000 'ss -lntup' tcp_diag "$sock_diag"
  else
    section 5000 'netstat -lntup'
  fi
}

# Offloads of tunnel devices, at most eight, and what a vxlan device knows of its peers.
tunnels() {
  count=0
  for file in /sys/class/net/*/uevent; do
    device=${file%/uevent}
    kind=$(grep '^DEVTYPE=' "$file" 2>/dev/null)
    kind=${kind#DEVTYPE=}
    case $kind-$(cat "$device/type" 2>/dev/null) in
      vxlan-* | geneve-* | wireguard-* | *-768 | *-769 | *-776 | *-778 | *-823) ;; # ipip, ip6ip6, sit, gre, ip6gre
      *) continue ;;
    esac
    device=${device##*/}
    case $device in
      tunl0 | gre0 | sit0 | ip6tnl0 | ip6gre0 | ip_vti0 | ip6_vti0)
        # each kernel with such a module has this device; it is down where nobody uses it
        [ "$(cat "/sys/class/net/$device/operstate" 2>/dev/null)" != down ] || continue
        ;;
    esac
    count=$((count + 1))
    [ "$count" -le 8 ] || return
    tool 100 "ethtool -k $device"
    [ "$kind" != vxlan ] || ! have bridge || section 1000 "bridge fdb show dev $device"
  done
}

# Straight from /proc/sys: no tool is needed, and names of devices with dots stay what they are.
settings() {
  four=/proc/sys/net/ipv4 six=/proc/sys/net/ipv6
  for key in rp_filter route_localnet src_valid_mark accept_local arp_ignore arp_announce forwarding send_redirects; do
    set -- "$@" "$four/conf/*/$key"
  done
  for key in forwarding accept_ra disable_ipv6; do set -- "$@" "$six/conf/*/$key"; done
  files 50000 "$@"
  files 500 "$four/ip_forward" "$four/ip_nonlocal_bind" "$four/fwmark_reflect" "$four/tcp_tw_reuse" \
    "$four/ip_local_port_range" "$four/vs/*" '/proc/sys/net/bridge/bridge-nf-*' \
    '/proc/sys/net/netfilter/nf_conntrack_*' /proc/sys/net/nf_conntrack_max
}

connections() {
  if [ "$ctnetlink" = yes ] && have conntrack; then
    section 300 'conntrack -S'
    # those whose destination was translated, as that of a Service is: the answer comes from elsewhere than it was sent to
    # shellcheck disable=SC2016 # awk's own $
    [ "$counting" = no ] || section 1000 'conntrack -L | awk '\''{ to = ""; n = 0; for (i = 1; i <= NF; i++) { if ($i ~ /^dst=/ && to == "") to = substr($i, 5); if ($i ~ /^src=/ && ++n == 2 && substr($i, 5) != to) { print; break } } }'\'
  elif [ -r /proc/net/nf_conntrack ]; then
    section 1000 'cat /proc/net/nf_conntrack'
  fi
}

# Lines that the kernel writes about packets it drops, and those of LOG and TRACE rules.
kernel_log() {
  ! have dmesg || section 300 "dmesg | grep -E 'martian|nf_conntrack|IPVS|neighbour: |IN=[^ ]* OUT=' | tail -n 300"
}

main() {
  exec 4>&1
  release=$(uname -r)
  host=
  [ ! -d /host/proc/1 ] || [ ! -d /host/etc ] || host=/host # the debug container without chroot
  if timeout 5 sh -c : 2>/dev/null; then
    limit=seconds
  elif timeout -t 5 sh -c : 2>/dev/null; then
    limit=t
  else
    limit=none
  fi
  if have awk; then counting=yes; else counting=no; fi
  nf_tables=$(in_kernel nf_tables nft_do_chain)
  ip_set=$(in_kernel ip_set ip_set_test)
  ebtables=$(in_kernel ebtables ebt_do_table)
  sock_diag=$(in_kernel tcp_diag tcp_diag_dump)
  [ "$sock_diag" != yes ] || sock_diag=$(in_kernel udp_diag udp_diag_dump)
  ctnetlink=$(in_kernel nf_conntrack_netlink ctnetlink_dump_table)
  ip_vs=$(there /proc/net/ip_vs)
  find_proxy
  proxy_version=
  [ -z "$proxy" ] || proxy_version=$(run "/proc/$proxy/exe --version" 2>/dev/null)

  echo '=== natlens 1 bundle'
  manifest
  system
  kube_proxy
  network
  settings
  rules ip
  rules ip6
  bridge_rules
  nft_tables
  ipvs
  connections
  kernel_log
  printf '=== natlens 1 bundle-end sections=%s failed=%s\n' "$number" "${failed#,}"
}

main
