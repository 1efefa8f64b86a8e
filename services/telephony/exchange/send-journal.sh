#!/bin/sh
# Runs on the exchange, every minute: sends what Asterisk has written to its event journal since the last time.
#   * * * * *  asterisk  send-journal.sh /etc/vitrylo-journal
# The file of settings (mode 600):
#   URL=https://crm.example                 TOKEN_URL=https://id.example/realms/vitrylo/protocol/openid-connect/token
#   PBX=<id of the exchange>                CLIENT=<client with the right calls: create>   SECRET=<its secret>
#   JOURNAL=/var/log/asterisk/cel-custom/vitrylo.csv      POSITION=/var/lib/asterisk/vitrylo-journal.position
# Needs curl. Nothing is lost: the position moves only when Vitrylo has taken the lines, and lines sent twice count once.
set -eu
umask 077
. "$1"
AT_ONCE=4194304
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exec 9>"$POSITION.lock"
if command -v flock >/dev/null; then flock -n 9 || exit 0; fi

# Secrets reach curl by files: arguments can be read by every user of the machine.
token() {
  printf 'user = "%s:%s"\n' "$CLIENT" "$SECRET" >"$work/client"
  curl -sS --fail-with-body --max-time 20 -K "$work/client" -d grant_type=client_credentials "$TOKEN_URL" |
    sed -n 's/.*"access_token" *: *"\([^"]*\)".*/header = "Authorization: Bearer \1"/p' >"$work/token"
}

# send FILE OFFSET INODE: whole lines from there on; remembers how far it came
send() {
  from=$2
  while :; do
    tail -c "+$((from + 1))" "$1" | head -c "$AT_ONCE" >"$work/lines"
    # A line that is still being written waits for the next time.
    if [ -s "$work/lines" ] && [ -n "$(tail -c 1 "$work/lines")" ]; then sed -i '$d' "$work/lines"; fi
    size=$(wc -c <"$work/lines")
    [ "$size" -gt 0 ] || break
    [ -s "$work/token" ] || token
    curl -sS --fail-with-body --max-time 120 -K "$work/token" -H 'content-type: text/csv' -T "$work/lines" "$URL/api/v1/pbxes/$PBX/journal" >"$work/answer" || {
      cat "$work/answer" >&2
      return 1
    }
    from=$((from + size))
    printf '%s %s\n' "$3" "$from" >"$POSITION.new" && mv "$POSITION.new" "$POSITION"
  done
}

inode() { ls -i "$1" | awk '{ print $1 }'; }
[ -e "$JOURNAL" ] || exit 0
known='' offset=0
if [ -e "$POSITION" ]; then read -r known offset <"$POSITION"; fi
now=$(inode "$JOURNAL")
if [ "$known" != "$now" ] && [ -n "$known" ]; then
  # The file was rotated: its rest first.
  for old in "$JOURNAL".*; do
    if [ -e "$old" ] && [ "$(inode "$old")" = "$known" ]; then send "$old" "$offset" "$known"; fi
  done
  offset=0
fi
[ "$offset" -le "$(wc -c <"$JOURNAL")" ] || offset=0
send "$JOURNAL" "$offset" "$now"
