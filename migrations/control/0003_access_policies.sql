CREATE TABLE `access_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`effect` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`subjects_json` text DEFAULT '{}' NOT NULL,
	`resources_json` text DEFAULT '{}' NOT NULL,
	`limits_json` text DEFAULT '{}' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "access_policies_effect" CHECK("access_policies"."effect" IN ('allow', 'deny'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `access_policies_name` ON `access_policies` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `access_policies_by_organization` ON `access_policies` (`organization_id`,`id`);--> statement-breakpoint
INSERT INTO `access_policies` (`id`, `organization_id`, `name`, `effect`, `resources_json`, `created_at_ms`)
SELECT 'pol_' || substr(`id`, 5), `id`, 'Everyone may use every model', 'allow', '{"models":["*"]}', `created_at_ms` FROM `organizations`;
