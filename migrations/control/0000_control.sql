CREATE TABLE `exchange_rates` (
	`currency` text PRIMARY KEY NOT NULL,
	`rate` text NOT NULL,
	`updated_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `gateways` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`tags_json` text DEFAULT '[]' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `gateways_name` ON `gateways` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `gateways_by_organization` ON `gateways` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`token_sha256` text NOT NULL,
	`token_hint` text NOT NULL,
	`previous_token_sha256` text,
	`previous_expires_at_ms` integer,
	`member_id` text,
	`service_user_id` text,
	`gateway_id` text,
	`team_id` text,
	`may_assert_identity` integer DEFAULT false NOT NULL,
	`capabilities_json` text DEFAULT '[]' NOT NULL,
	`models_json` text DEFAULT '[]' NOT NULL,
	`tags_json` text DEFAULT '[]' NOT NULL,
	`expires_at_ms` integer,
	`revoked_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`service_user_id`) REFERENCES `service_users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`gateway_id`) REFERENCES `gateways`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "keys_type" CHECK("keys"."type" IN ('gateway', 'access')),
	CONSTRAINT "keys_token_sha256" CHECK(length("keys"."token_sha256") = 64),
	CONSTRAINT "keys_one_owner" CHECK(("keys"."member_id" IS NOT NULL) + ("keys"."service_user_id" IS NOT NULL) + ("keys"."gateway_id" IS NOT NULL) <= 1)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_token` ON `keys` (`token_sha256`);--> statement-breakpoint
CREATE UNIQUE INDEX `keys_previous_token` ON `keys` (`previous_token_sha256`);--> statement-breakpoint
CREATE INDEX `keys_by_organization` ON `keys` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `members` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "members_role" CHECK("members"."role" IN ('owner', 'admin', 'billing_admin', 'member'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `members_email` ON `members` (`organization_id`,`email`);--> statement-breakpoint
CREATE INDEX `members_by_organization` ON `members` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `model_prices` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`record_json` text NOT NULL,
	`effective_from_ms` integer,
	`effective_to_ms` integer,
	`created_at_ms` integer NOT NULL,
	CONSTRAINT "model_prices_provider" CHECK("model_prices"."provider" IN ('openai', 'anthropic')),
	CONSTRAINT "model_prices_period" CHECK("model_prices"."effective_from_ms" IS NULL OR "model_prices"."effective_to_ms" IS NULL OR "model_prices"."effective_from_ms" < "model_prices"."effective_to_ms")
) STRICT;
--> statement-breakpoint
CREATE INDEX `model_prices_by_model` ON `model_prices` (`provider`,`model`,`effective_from_ms`);--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`owner_email` text,
	`settings_json` text DEFAULT '{}' NOT NULL,
	`directory_version` integer DEFAULT 1 NOT NULL,
	`created_at_ms` integer NOT NULL,
	CONSTRAINT "organizations_status" CHECK("organizations"."status" IN ('active', 'suspended'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `platform_versions` (
	`version` integer PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`changed_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `service_users` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`tags_json` text DEFAULT '[]' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `service_users_name` ON `service_users` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `service_users_by_organization` ON `service_users` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `team_members` (
	`organization_id` text NOT NULL,
	`team_id` text NOT NULL,
	`member_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	PRIMARY KEY(`team_id`, `member_id`),
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "team_members_role" CHECK("team_members"."role" IN ('member', 'lead'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `team_members_by_organization` ON `team_members` (`organization_id`);--> statement-breakpoint
CREATE INDEX `team_members_by_member` ON `team_members` (`member_id`);--> statement-breakpoint
CREATE TABLE `teams` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`tags_json` text DEFAULT '[]' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `teams_name` ON `teams` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `teams_by_organization` ON `teams` (`organization_id`,`id`);