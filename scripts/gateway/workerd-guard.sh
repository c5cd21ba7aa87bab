#!/bin/sh
# Runs workerd so that it never outlives the process that started it, even when that one is killed with SIGKILL: an orphan
# would keep the port and the state folder. Writes its process id, which stays the same across the exec.
echo "$$" >"$GATEWAY_PID_FILE"
parent=$PPID
self=$$
(
  while kill -0 "$self" && kill -0 "$parent"; do sleep 0.2; done
  kill -9 "$self"
) </dev/null >/dev/null 2>&1 3>&- &
exec "$GATEWAY_WORKERD" "$@"
