ALTER TABLE `keys` ADD `rate_limits_json` text;--> statement-breakpoint
ALTER TABLE `members` ADD `rate_limits_json` text;--> statement-breakpoint
ALTER TABLE `service_users` ADD `rate_limits_json` text;--> statement-breakpoint
ALTER TABLE `teams` ADD `rate_limits_json` text;