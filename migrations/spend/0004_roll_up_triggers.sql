-- Roll-ups are the sum of the rows of the spend log, whoever writes them and however often: a repeated row changes nothing, one
-- that takes another's place takes its amounts back.

-- What a row adds (sign 1) or takes back (-1). Nothing is stored in it.
CREATE VIEW spend_additions AS
  SELECT
    id, organization_id, created_at_ms, status, provider, model, currency, team_id, user_id, service_user_id, key_id,
    agent_id, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens,
    input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos,
    total_cost_nanos, estimated_avoided_cost_nanos,
    1 AS sign
  FROM spend_logs;
--> statement-breakpoint
CREATE TRIGGER spend_rolled_up INSTEAD OF INSERT ON spend_additions
BEGIN
  INSERT INTO spend_quarters (organization_id, quarter_ms, provider, currency, requests, refused_requests,
    input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens,
    input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos,
    estimated_avoided_cost_nanos)
  VALUES (NEW.organization_id, NEW.created_at_ms - NEW.created_at_ms % 900000, coalesce(NEW.provider, ''), NEW.currency,
    NEW.sign * (substr(NEW.id, -5) <> '_late'),
    NEW.sign * (NEW.status = 'refused'),
    NEW.sign * coalesce(NEW.input_tokens, 0),
    NEW.sign * coalesce(NEW.cached_input_tokens, 0),
    NEW.sign * coalesce(NEW.cache_write_tokens, 0),
    NEW.sign * coalesce(NEW.output_tokens, 0),
    NEW.sign * coalesce(NEW.reasoning_tokens, 0),
    NEW.sign * coalesce(NEW.total_tokens, 0),
    NEW.sign * NEW.input_cost_nanos,
    NEW.sign * NEW.cached_input_cost_nanos,
    NEW.sign * NEW.cache_write_cost_nanos,
    NEW.sign * NEW.output_cost_nanos,
    NEW.sign * NEW.fees_cost_nanos,
    NEW.sign * NEW.total_cost_nanos,
    NEW.sign * NEW.estimated_avoided_cost_nanos)
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    refused_requests = refused_requests + excluded.refused_requests,
    input_tokens = input_tokens + excluded.input_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    input_cost_nanos = input_cost_nanos + excluded.input_cost_nanos,
    cached_input_cost_nanos = cached_input_cost_nanos + excluded.cached_input_cost_nanos,
    cache_write_cost_nanos = cache_write_cost_nanos + excluded.cache_write_cost_nanos,
    output_cost_nanos = output_cost_nanos + excluded.output_cost_nanos,
    fees_cost_nanos = fees_cost_nanos + excluded.fees_cost_nanos,
    total_cost_nanos = total_cost_nanos + excluded.total_cost_nanos,
    estimated_avoided_cost_nanos = estimated_avoided_cost_nanos + excluded.estimated_avoided_cost_nanos;
  INSERT INTO spend_days (organization_id, dimension, day_ms, value, provider, currency, requests, refused_requests,
    input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens,
    input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos,
    estimated_avoided_cost_nanos)
  SELECT NEW.organization_id, named.dimension, NEW.created_at_ms - NEW.created_at_ms % 86400000, coalesce(named.value, ''),
    coalesce(NEW.provider, ''), NEW.currency,
    NEW.sign * (substr(NEW.id, -5) <> '_late'),
    NEW.sign * (NEW.status = 'refused'),
    NEW.sign * coalesce(NEW.input_tokens, 0),
    NEW.sign * coalesce(NEW.cached_input_tokens, 0),
    NEW.sign * coalesce(NEW.cache_write_tokens, 0),
    NEW.sign * coalesce(NEW.output_tokens, 0),
    NEW.sign * coalesce(NEW.reasoning_tokens, 0),
    NEW.sign * coalesce(NEW.total_tokens, 0),
    NEW.sign * NEW.input_cost_nanos,
    NEW.sign * NEW.cached_input_cost_nanos,
    NEW.sign * NEW.cache_write_cost_nanos,
    NEW.sign * NEW.output_cost_nanos,
    NEW.sign * NEW.fees_cost_nanos,
    NEW.sign * NEW.total_cost_nanos,
    NEW.sign * NEW.estimated_avoided_cost_nanos
  FROM (
    SELECT 'model' AS dimension, NEW.model AS value UNION ALL SELECT 'team', NEW.team_id
    UNION ALL SELECT 'user', coalesce(NEW.user_id, NEW.service_user_id) UNION ALL SELECT 'key', NEW.key_id
    UNION ALL SELECT 'agent', NEW.agent_id
  ) AS named
  WHERE true
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    refused_requests = refused_requests + excluded.refused_requests,
    input_tokens = input_tokens + excluded.input_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    input_cost_nanos = input_cost_nanos + excluded.input_cost_nanos,
    cached_input_cost_nanos = cached_input_cost_nanos + excluded.cached_input_cost_nanos,
    cache_write_cost_nanos = cache_write_cost_nanos + excluded.cache_write_cost_nanos,
    output_cost_nanos = output_cost_nanos + excluded.output_cost_nanos,
    fees_cost_nanos = fees_cost_nanos + excluded.fees_cost_nanos,
    total_cost_nanos = total_cost_nanos + excluded.total_cost_nanos,
    estimated_avoided_cost_nanos = estimated_avoided_cost_nanos + excluded.estimated_avoided_cost_nanos;
END;
--> statement-breakpoint
CREATE TRIGGER spend_logs_added AFTER INSERT ON spend_logs
BEGIN
  INSERT INTO spend_additions
  SELECT
    NEW.id, NEW.organization_id, NEW.created_at_ms, NEW.status, NEW.provider, NEW.model, NEW.currency, NEW.team_id,
    NEW.user_id, NEW.service_user_id, NEW.key_id, NEW.agent_id, NEW.input_tokens, NEW.cached_input_tokens,
    NEW.cache_write_tokens, NEW.output_tokens, NEW.reasoning_tokens, NEW.total_tokens, NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos, NEW.cache_write_cost_nanos, NEW.output_cost_nanos, NEW.fees_cost_nanos,
    NEW.total_cost_nanos, NEW.estimated_avoided_cost_nanos,
    1;
END;
--> statement-breakpoint
CREATE TRIGGER spend_logs_replaced AFTER UPDATE ON spend_logs
BEGIN
  INSERT INTO spend_additions
  SELECT
    OLD.id, OLD.organization_id, OLD.created_at_ms, OLD.status, OLD.provider, OLD.model, OLD.currency, OLD.team_id,
    OLD.user_id, OLD.service_user_id, OLD.key_id, OLD.agent_id, OLD.input_tokens, OLD.cached_input_tokens,
    OLD.cache_write_tokens, OLD.output_tokens, OLD.reasoning_tokens, OLD.total_tokens, OLD.input_cost_nanos,
    OLD.cached_input_cost_nanos, OLD.cache_write_cost_nanos, OLD.output_cost_nanos, OLD.fees_cost_nanos,
    OLD.total_cost_nanos, OLD.estimated_avoided_cost_nanos,
    -1;
  INSERT INTO spend_additions
  SELECT
    NEW.id, NEW.organization_id, NEW.created_at_ms, NEW.status, NEW.provider, NEW.model, NEW.currency, NEW.team_id,
    NEW.user_id, NEW.service_user_id, NEW.key_id, NEW.agent_id, NEW.input_tokens, NEW.cached_input_tokens,
    NEW.cache_write_tokens, NEW.output_tokens, NEW.reasoning_tokens, NEW.total_tokens, NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos, NEW.cache_write_cost_nanos, NEW.output_cost_nanos, NEW.fees_cost_nanos,
    NEW.total_cost_nanos, NEW.estimated_avoided_cost_nanos,
    1;
END;
--> statement-breakpoint
CREATE TRIGGER spend_logs_removed AFTER DELETE ON spend_logs
BEGIN
  INSERT INTO spend_additions
  SELECT
    OLD.id, OLD.organization_id, OLD.created_at_ms, OLD.status, OLD.provider, OLD.model, OLD.currency, OLD.team_id,
    OLD.user_id, OLD.service_user_id, OLD.key_id, OLD.agent_id, OLD.input_tokens, OLD.cached_input_tokens,
    OLD.cache_write_tokens, OLD.output_tokens, OLD.reasoning_tokens, OLD.total_tokens, OLD.input_cost_nanos,
    OLD.cached_input_cost_nanos, OLD.cache_write_cost_nanos, OLD.output_cost_nanos, OLD.fees_cost_nanos,
    OLD.total_cost_nanos, OLD.estimated_avoided_cost_nanos,
    -1;
END;
