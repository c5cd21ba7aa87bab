-- Roll-ups are the sum of the rows of the spend log, whoever writes them and however often: a repeated row changes nothing, one
-- that takes another's place takes its amounts back.
CREATE TRIGGER spend_logs_added AFTER INSERT ON spend_logs
BEGIN
  INSERT INTO spend_quarters (organization_id, quarter_ms, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  VALUES (NEW.organization_id, NEW.created_at_ms - NEW.created_at_ms % 900000, coalesce(NEW.provider, ''), NEW.currency,
    (substr(NEW.id, -5) <> '_late'),
    (NEW.status = 'refused'),
    coalesce(NEW.input_tokens, 0),
    coalesce(NEW.cached_input_tokens, 0),
    coalesce(NEW.cache_write_tokens, 0),
    coalesce(NEW.output_tokens, 0),
    coalesce(NEW.reasoning_tokens, 0),
    coalesce(NEW.total_tokens, 0),
    NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos,
    NEW.cache_write_cost_nanos,
    NEW.output_cost_nanos,
    NEW.fees_cost_nanos,
    NEW.total_cost_nanos,
    NEW.estimated_avoided_cost_nanos)
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
  INSERT INTO spend_days (organization_id, dimension, day_ms, value, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  SELECT NEW.organization_id, named.dimension, NEW.created_at_ms - NEW.created_at_ms % 86400000, coalesce(named.value, ''),
    coalesce(NEW.provider, ''), NEW.currency,
    (substr(NEW.id, -5) <> '_late'),
    (NEW.status = 'refused'),
    coalesce(NEW.input_tokens, 0),
    coalesce(NEW.cached_input_tokens, 0),
    coalesce(NEW.cache_write_tokens, 0),
    coalesce(NEW.output_tokens, 0),
    coalesce(NEW.reasoning_tokens, 0),
    coalesce(NEW.total_tokens, 0),
    NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos,
    NEW.cache_write_cost_nanos,
    NEW.output_cost_nanos,
    NEW.fees_cost_nanos,
    NEW.total_cost_nanos,
    NEW.estimated_avoided_cost_nanos
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
CREATE TRIGGER spend_logs_replaced AFTER UPDATE ON spend_logs
BEGIN
  INSERT INTO spend_quarters (organization_id, quarter_ms, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  VALUES (OLD.organization_id, OLD.created_at_ms - OLD.created_at_ms % 900000, coalesce(OLD.provider, ''), OLD.currency,
    -(substr(OLD.id, -5) <> '_late'),
    -(OLD.status = 'refused'),
    -coalesce(OLD.input_tokens, 0),
    -coalesce(OLD.cached_input_tokens, 0),
    -coalesce(OLD.cache_write_tokens, 0),
    -coalesce(OLD.output_tokens, 0),
    -coalesce(OLD.reasoning_tokens, 0),
    -coalesce(OLD.total_tokens, 0),
    -OLD.input_cost_nanos,
    -OLD.cached_input_cost_nanos,
    -OLD.cache_write_cost_nanos,
    -OLD.output_cost_nanos,
    -OLD.fees_cost_nanos,
    -OLD.total_cost_nanos,
    -OLD.estimated_avoided_cost_nanos)
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
  INSERT INTO spend_days (organization_id, dimension, day_ms, value, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  SELECT OLD.organization_id, named.dimension, OLD.created_at_ms - OLD.created_at_ms % 86400000, coalesce(named.value, ''),
    coalesce(OLD.provider, ''), OLD.currency,
    -(substr(OLD.id, -5) <> '_late'),
    -(OLD.status = 'refused'),
    -coalesce(OLD.input_tokens, 0),
    -coalesce(OLD.cached_input_tokens, 0),
    -coalesce(OLD.cache_write_tokens, 0),
    -coalesce(OLD.output_tokens, 0),
    -coalesce(OLD.reasoning_tokens, 0),
    -coalesce(OLD.total_tokens, 0),
    -OLD.input_cost_nanos,
    -OLD.cached_input_cost_nanos,
    -OLD.cache_write_cost_nanos,
    -OLD.output_cost_nanos,
    -OLD.fees_cost_nanos,
    -OLD.total_cost_nanos,
    -OLD.estimated_avoided_cost_nanos
  FROM (
    SELECT 'model' AS dimension, OLD.model AS value UNION ALL SELECT 'team', OLD.team_id
    UNION ALL SELECT 'user', coalesce(OLD.user_id, OLD.service_user_id) UNION ALL SELECT 'key', OLD.key_id
    UNION ALL SELECT 'agent', OLD.agent_id
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
  INSERT INTO spend_quarters (organization_id, quarter_ms, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  VALUES (NEW.organization_id, NEW.created_at_ms - NEW.created_at_ms % 900000, coalesce(NEW.provider, ''), NEW.currency,
    (substr(NEW.id, -5) <> '_late'),
    (NEW.status = 'refused'),
    coalesce(NEW.input_tokens, 0),
    coalesce(NEW.cached_input_tokens, 0),
    coalesce(NEW.cache_write_tokens, 0),
    coalesce(NEW.output_tokens, 0),
    coalesce(NEW.reasoning_tokens, 0),
    coalesce(NEW.total_tokens, 0),
    NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos,
    NEW.cache_write_cost_nanos,
    NEW.output_cost_nanos,
    NEW.fees_cost_nanos,
    NEW.total_cost_nanos,
    NEW.estimated_avoided_cost_nanos)
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
  INSERT INTO spend_days (organization_id, dimension, day_ms, value, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  SELECT NEW.organization_id, named.dimension, NEW.created_at_ms - NEW.created_at_ms % 86400000, coalesce(named.value, ''),
    coalesce(NEW.provider, ''), NEW.currency,
    (substr(NEW.id, -5) <> '_late'),
    (NEW.status = 'refused'),
    coalesce(NEW.input_tokens, 0),
    coalesce(NEW.cached_input_tokens, 0),
    coalesce(NEW.cache_write_tokens, 0),
    coalesce(NEW.output_tokens, 0),
    coalesce(NEW.reasoning_tokens, 0),
    coalesce(NEW.total_tokens, 0),
    NEW.input_cost_nanos,
    NEW.cached_input_cost_nanos,
    NEW.cache_write_cost_nanos,
    NEW.output_cost_nanos,
    NEW.fees_cost_nanos,
    NEW.total_cost_nanos,
    NEW.estimated_avoided_cost_nanos
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
CREATE TRIGGER spend_logs_removed AFTER DELETE ON spend_logs
BEGIN
  INSERT INTO spend_quarters (organization_id, quarter_ms, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  VALUES (OLD.organization_id, OLD.created_at_ms - OLD.created_at_ms % 900000, coalesce(OLD.provider, ''), OLD.currency,
    -(substr(OLD.id, -5) <> '_late'),
    -(OLD.status = 'refused'),
    -coalesce(OLD.input_tokens, 0),
    -coalesce(OLD.cached_input_tokens, 0),
    -coalesce(OLD.cache_write_tokens, 0),
    -coalesce(OLD.output_tokens, 0),
    -coalesce(OLD.reasoning_tokens, 0),
    -coalesce(OLD.total_tokens, 0),
    -OLD.input_cost_nanos,
    -OLD.cached_input_cost_nanos,
    -OLD.cache_write_cost_nanos,
    -OLD.output_cost_nanos,
    -OLD.fees_cost_nanos,
    -OLD.total_cost_nanos,
    -OLD.estimated_avoided_cost_nanos)
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
  INSERT INTO spend_days (organization_id, dimension, day_ms, value, provider, currency, requests, refused_requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, estimated_avoided_cost_nanos)
  SELECT OLD.organization_id, named.dimension, OLD.created_at_ms - OLD.created_at_ms % 86400000, coalesce(named.value, ''),
    coalesce(OLD.provider, ''), OLD.currency,
    -(substr(OLD.id, -5) <> '_late'),
    -(OLD.status = 'refused'),
    -coalesce(OLD.input_tokens, 0),
    -coalesce(OLD.cached_input_tokens, 0),
    -coalesce(OLD.cache_write_tokens, 0),
    -coalesce(OLD.output_tokens, 0),
    -coalesce(OLD.reasoning_tokens, 0),
    -coalesce(OLD.total_tokens, 0),
    -OLD.input_cost_nanos,
    -OLD.cached_input_cost_nanos,
    -OLD.cache_write_cost_nanos,
    -OLD.output_cost_nanos,
    -OLD.fees_cost_nanos,
    -OLD.total_cost_nanos,
    -OLD.estimated_avoided_cost_nanos
  FROM (
    SELECT 'model' AS dimension, OLD.model AS value UNION ALL SELECT 'team', OLD.team_id
    UNION ALL SELECT 'user', coalesce(OLD.user_id, OLD.service_user_id) UNION ALL SELECT 'key', OLD.key_id
    UNION ALL SELECT 'agent', OLD.agent_id
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
