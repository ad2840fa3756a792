extension WatchScript {
  /// What listens to the server.
  static let watch = #"""
    "use strict";

    function clock(seconds) {
      const whole = Math.ceil(seconds);
      const two = (number) => String(number).padStart(2, "0");
      return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
    }

    function progressText(status) {
      const parts = [];
      if (status.total === null) {
        parts.push(`${counted(status.records, "score")} of ${counted(status.networks, "network")}`);
      } else {
        const share = status.total === 0 ? 100 : Math.floor(100 * status.done / status.total);
        parts.push(`${status.done.toLocaleString("en")} of ${counted(status.total, "network")}, ${share} %`);
        if (status.running > 0) parts.push(`${status.running.toLocaleString("en")} running`);
        if (status.failed > 0) parts.push(`${status.failed.toLocaleString("en")} failed, the first: ${status.failure}`);
      }
      const isComplete = status.total !== null && status.done === status.total;
      if (!isComplete) {
        if (status.rate !== null) {
          const noun = status.unit === "record" ? "scores" : "networks";
          parts.push(`${Number(status.rate.toPrecision(3))} ${noun}/s`);
        }
        if (status.secondsLeft !== null) parts.push(`${clock(status.secondsLeft)} left`);
        parts.push(status.workers === 0 ? "nobody computes"
          : status.workers === 1 ? "1 process computes" : `${status.workers} processes compute`);
      }
      return parts.join("; ");
    }

    const problems = { source: "", connection: "" };

    function showProblems() {
      const text = [problems.connection, problems.source].filter((line) => line !== "").join(" ");
      say("problem", text);
      element("problem").hidden = text === "";
    }

    // What is spoken is renewed every 15 seconds at most: the line itself changes each second.
    const spoken = { time: -Infinity };

    function showStatus(status) {
      say("name", status.name);
      document.title = `${status.name} - tfnas watch`;
      const text = progressText(status);
      say("progress", text);
      const bar = element("bar");
      bar.hidden = status.total === null;
      if (status.total !== null) Object.assign(bar, { max: Math.max(status.total, 1), value: status.done });
      if (performance.now() - spoken.time > 15000) {
        say("spoken", text);
        spoken.time = performance.now();
      }
      problems.source = status.problem === null ? ""
        : `What was seen before is still shown, because it cannot be read at the moment: ${status.problem}`;
      showProblems();
    }

    function isBehind(status) {
      return status.generation !== data.generation || status.records !== data.position;
    }

    const events = new EventSource("events");
    events.addEventListener("message", async (event) => {
      problems.connection = "";
      const status = JSON.parse(event.data);
      showStatus(status);
      if (!isBehind(status)) return;
      try {
        await catchUp(refreshSoon);
      } catch (error) {
        problems.connection = `The scores do not come: ${error.message}.`;
        showProblems();
      }
    });
    events.addEventListener("error", () => {
      problems.connection = "The command that serves this page does not answer; it is asked again.";
      showProblems();
    });

    """#
}
