/** `kt doctor`: whether a deployment has what it needs. */
import type { Command } from "commander";
import { doctorSchema, type Check } from "../contract/doctor-api.ts";
import { askApi, readAnswer } from "./api.ts";
import type { ApiOptions } from "./api.ts";
import { EXIT, fail, writeJson } from "./outcome.ts";
import { printable } from "./printable.ts";
import { questionOf } from "./questions.ts";

/** Cost tickets, leases and signatures bear so much. */
const MAX_CLOCK_DIFFERENCE_SECONDS = 60;

export function addDoctorCommand(program: Command): void {
  questionOf(
    program,
    "doctor",
    "Check a deployment, with the platform admin's token. Exit code 1 when something fails.",
  ).action(async (options: ApiOptions & { readonly json: boolean }) => {
    const asked = await askApi(options, { path: "/v1/admin/doctor" });
    if (!asked.ok) return fail(asked.message);
    const read = readAnswer(doctorSchema, asked.value);
    if (!read.ok) return fail(read.message);
    const checks = [...read.value.checks, checkClock(Date.parse(read.value.checked_at), Date.now())];
    const lines = checks.map(
      ({ name, status, message }) => `${status.padEnd(4)}  ${printable(`${name}: ${message}`)}\n`,
    );
    if (options.json) writeJson({ checks });
    else process.stdout.write(lines.join(""));
    if (checks.some(({ status }) => status === "fail")) process.exitCode = EXIT.failed;
  });
}

function checkClock(theirsMs: number, oursMs: number): Check {
  const seconds = Math.round(Math.abs(theirsMs - oursMs) / 1_000);
  const isNear = seconds <= MAX_CLOCK_DIFFERENCE_SECONDS;
  return { name: "clock", status: isNear ? "ok" : "warn", message: `${seconds} s from the one here` };
}
