CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`body_json` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "policies_kind" CHECK("policies"."kind" IN ('access', 'budget'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `policies_name` ON `policies` (`organization_id`,`kind`,`name`);--> statement-breakpoint
CREATE INDEX `policies_by_organization` ON `policies` (`organization_id`,`kind`,`id`);--> statement-breakpoint
ALTER TABLE `gateways` ADD `zdr_mode` text DEFAULT 'off' NOT NULL;--> statement-breakpoint
INSERT INTO `policies` (`id`, `organization_id`, `kind`, `name`, `body_json`, `created_at_ms`)
SELECT 'pol_' || substr(`id`, 5), `id`, 'access', 'Everyone may use every model',
  '{"name":"Everyone may use every model","effect":"allow","resources":{"models":["*"]}}', `created_at_ms` FROM `organizations`;
