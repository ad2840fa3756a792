#!/bin/sh
# Rehearses a run on a real Slurm: a controller and two node daemons on loopback, in a directory of their own.
# Workers have a minute each and arrays eleven elements; one job is cancelled and one node daemon killed on the way.
# In the end the run must be complete, no network lost, and the result that of one process, byte for byte.
#
#   Scripts/test-slurm.sh [path of tfnas] [networks] [workers]
#
# Needs slurm-wlm with munge, as Debian has it, and a user who may start them.
set -eu

tfnas=$(realpath "${1:-.build/release/tfnas}")
networks=${2:-400}
workers=${3:-14}
for program in slurmctld slurmd munged sbatch scancel squeue scontrol; do
  PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || {
    echo "test-slurm: $program is missing; on Debian: apt-get install slurm-wlm" >&2
    exit 66
  }
done
PATH="$PATH:/usr/sbin"

work=$(mktemp -d)
export SLURM_CONF="$work/slurm.conf"
stop() {
  scancel --user "$(id -un)" 2>/dev/null || true
  for pid in "$work"/*.pid "$work"/munge/pid; do
    [ -f "$pid" ] && kill "$(cat "$pid")" 2>/dev/null || true
  done
  sleep 1
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM

mkdir -m 700 "$work/munge"
mkdir "$work/state" "$work/spool-n1" "$work/spool-n2"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 2>/dev/null
chmod 400 "$work/munge/key"
host=$(hostname)
user=$(id -un)
cat > "$SLURM_CONF" <<END
ClusterName=rehearsal
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17101
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/controller.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/controller.log
SlurmdLogFile=$work/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
MaxArraySize=11
KillWait=5
SlurmdTimeout=20
NodeName=n1,n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17102,17103 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
END
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2>/dev/null
slurmctld -f "$SLURM_CONF"
slurmd -N n1 -f "$SLURM_CONF"
slurmd -N n2 -f "$SLURM_CONF"
until sinfo --noheader --format=%t | grep -q idle; do sleep 1; done

cd "$work"
evaluate="evaluate --width 4 --cells 1 --batch 1 --sample $networks --resamples 20 --proxies vkdnw --format json"
# Word splitting is wanted: a list of options.
# shellcheck disable=SC2086
"$tfnas" $evaluate --threads 1 > alone.json
# shellcheck disable=SC2086
"$tfnas" submit slurm --tasks "$workers" --time 1min -- $evaluate --join run --lease 30

echo "waiting until workers compute"
until [ "$(ls run/records 2>/dev/null | wc -l)" -ge 2 ]; do sleep 1; done
sleep 5
job=$(squeue --noheader --states=RUNNING --format=%i | head -n 1)
echo "cancelling $job"
scancel "$job"
sleep 3
echo "killing the daemon of n2"
kill -9 "$(cat n2.pid)"
sleep 25
slurmd -N n2 -f "$SLURM_CONF"

limit=$(($(date +%s) + ${LIMIT:-1800}))
while [ -n "$(squeue --noheader)" ]; do
  if [ "$(date +%s)" -ge "$limit" ]; then
    "$tfnas" status run >&2
    echo "test-slurm: the run did not end in time" >&2
    exit 1
  fi
  sleep 5
done
"$tfnas" status run
# shellcheck disable=SC2086
"$tfnas" $evaluate --join run --threads 1 > shared.json
cmp alone.json shared.json
twice=$(cat run/records/* | awk -F '\t' 'NF > 1 { n[$1]++ } END { for (k in n) { all++; twice += n[k] > 1 }; print all, twice + 0 }')
echo "networks recorded, and recorded twice: $twice"
[ "${twice% *}" -eq "$networks" ]
echo "test-slurm: complete, and the result is that of one process"
