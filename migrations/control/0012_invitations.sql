CREATE TABLE `member_invitations` (
	`member_id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`sent_at_ms` integer,
	`asked_count` integer NOT NULL,
	`window_started_at_ms` integer NOT NULL,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "member_invitations_status" CHECK("member_invitations"."status" IN ('pending', 'sent', 'failed', 'accepted'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`device_type` text NOT NULL,
	`backed_up` integer NOT NULL,
	`transports` text,
	`aaguid` text,
	`created_at_ms` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_by_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `sign_in_counts` (
	`id` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`window_ends_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `sign_in_counts_by_end` ON `sign_in_counts` (`window_ends_at_ms`);--> statement-breakpoint
CREATE INDEX `sign_in_attempts_by_time` ON `sign_in_attempts` (`last_request_ms`);--> statement-breakpoint
CREATE INDEX `user_sessions_by_expiry` ON `user_sessions` (`expires_at_ms`);--> statement-breakpoint
CREATE INDEX `user_verifications_by_expiry` ON `user_verifications` (`expires_at_ms`);