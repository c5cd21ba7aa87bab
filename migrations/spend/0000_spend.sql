CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body_json` text NOT NULL,
	`reason` text NOT NULL,
	`attempts` integer NOT NULL,
	`parked_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `dead_letters_by_age` ON `dead_letters` (`parked_at_ms`,`id`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`type` text NOT NULL,
	`currency` text NOT NULL,
	`reservation_id` text,
	`request_id` text,
	`actor` text NOT NULL,
	`note` text,
	`flags_json` text NOT NULL,
	`created_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_sequence` ON `ledger_entries` (`organization_id`,`sequence`);--> statement-breakpoint
CREATE TABLE `ledger_lines` (
	`entry_id` text NOT NULL,
	`line` integer NOT NULL,
	`account` text NOT NULL,
	`amount_nanos` integer NOT NULL,
	`balance_after_nanos` integer,
	PRIMARY KEY(`entry_id`, `line`),
	FOREIGN KEY (`entry_id`) REFERENCES `ledger_entries`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `ledger_lines_by_account` ON `ledger_lines` (`account`);--> statement-breakpoint
CREATE TABLE `spend_logs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`request_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`status` text NOT NULL,
	`provider` text,
	`model` text,
	`requested_model` text NOT NULL,
	`requested_provider` text,
	`provider_target_id` text,
	`endpoint` text NOT NULL,
	`streamed` integer NOT NULL,
	`key_id` text,
	`gateway_id` text,
	`user_id` text,
	`team_id` text,
	`service_user_id` text,
	`agent_id` text,
	`agent_run_id` text,
	`metadata_json` text NOT NULL,
	`input_tokens` integer,
	`cached_input_tokens` integer,
	`cache_write_tokens` integer,
	`output_tokens` integer,
	`reasoning_tokens` integer,
	`total_tokens` integer,
	`input_cost_nanos` integer NOT NULL,
	`cached_input_cost_nanos` integer NOT NULL,
	`cache_write_cost_nanos` integer NOT NULL,
	`output_cost_nanos` integer NOT NULL,
	`fees_cost_nanos` integer NOT NULL,
	`total_cost_nanos` integer NOT NULL,
	`currency` text NOT NULL,
	`exchange_rate` text NOT NULL,
	`pricing_source` text,
	`usage_source` text NOT NULL,
	`wallet_id` text,
	`wallet_scope` text,
	`reservation_id` text,
	`held_amount_nanos` integer NOT NULL,
	`latency_ms` integer,
	`upstream_latency_ms` integer,
	`attempts_json` text NOT NULL,
	`estimated_avoided_cost_nanos` integer NOT NULL,
	`flags_json` text NOT NULL,
	CONSTRAINT "spend_logs_streamed" CHECK("spend_logs"."streamed" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `spend_logs_by_age` ON `spend_logs` (`organization_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_request` ON `spend_logs` (`organization_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_key` ON `spend_logs` (`organization_id`,`key_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_user` ON `spend_logs` (`organization_id`,`user_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_team` ON `spend_logs` (`organization_id`,`team_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_agent` ON `spend_logs` (`organization_id`,`agent_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `spend_logs_by_model` ON `spend_logs` (`organization_id`,`model`,`created_at_ms`,`id`);