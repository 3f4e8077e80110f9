import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A small licence SDK as an application would ship it: System.currentTimeMillis, a scheduled
 * executor, HttpURLConnection.
 */
final class Client {
    private static final long SLOT_S = 180;
    private static final long RETENTION_S = 30L * 86_400;
    private static final int BATCH = 500;
    private static final long STANDING_BY = 100;

    private final Map<String, Object> settings;
    private final String generation;
    private final String product;
    /** A mistake to make on purpose; empty: none. */
    private final String bug;
    private final Set<Object> tried = new HashSet<>();
    private ScheduledExecutorService timer;
    private Cache cache;
    private String server;
    private String code;

    Client(Map<String, Object> settings, String generation, String product, String bug) {
        this.settings = settings;
        this.generation = generation;
        this.product = product;
        this.bug = bug;
    }

    /** Gets authorised, sends what earlier sessions left, and begins to tick. */
    synchronized void start() throws LicenceException {
        check();
        cache = new Cache(Path.of(text("cacheDir")));
        authorise();
        purge();
        timer = Executors.newSingleThreadScheduledExecutor();
        long period = bug.equals("ticks-early") ? 120 : SLOT_S;
        timer.scheduleAtFixedRate(this::tick, period, period, TimeUnit.SECONDS);
        submit();
    }

    /** Counts what was done just now. */
    synchronized void record(String type, long count, boolean success) throws LicenceException {
        if (timer == null) {
            throw new LicenceException(-20000, "There is no session.");
        }
        if (count > 0 && (success || bug.equals("counts-failures"))) {
            Map<String, Object> usage = usageOf(openReport());
            usage.merge(type, count, (before, more) -> (Long) before + (Long) more);
            cache.save();
        }
    }

    /** Ends the session; what is pending waits on disk. */
    synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    private void check() throws LicenceException {
        boolean isTracked = text("handshakeCode") != null || text("organizationId") != null;
        if (isTracked && text("productKeys") != null) {
            throw new LicenceException(-20006, "Product keys exclude other licences.");
        }
        if (!isTracked) {
            throw new LicenceException(-20000, "No licence is configured.");
        }
    }

    private void authorise() throws LicenceException {
        for (String candidate : servers()) {
            Http.Answer answer = post(candidate, "/dls/authorization", request());
            if (answer.status() == 200 && Boolean.TRUE.equals(answer.body().get("authorized"))) {
                keep(candidate, answer.body());
                return;
            }
            if (answer.body().get("error") instanceof Map<?, ?> error
                && error.get("code") instanceof Long number && number != STANDING_BY) {
                cache.licences().remove(selector());
                cache.save();
                throw new LicenceException((int) (-20000 - number), String.valueOf(error.get("message")));
            }
        }
        workWithoutServer();
    }

    private void keep(String candidate, Map<String, Object> answer) {
        server = candidate;
        code = (String) answer.get("handshakeCode");
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("code", code);
        kept.put("until", Instant.parse((String) answer.get("validUntil")).toEpochMilli());
        cache.licences().put(selector(), kept);
        cache.save();
    }

    private void workWithoutServer() throws LicenceException {
        Object kept = cache.licences().get(selector());
        if (!(kept instanceof Map<?, ?> licence)
            || System.currentTimeMillis() >= (Long) licence.get("until")) {
            throw new LicenceException(generation.equals("lts") ? -20003 : -20200,
                "The licence server cannot be reached.");
        }
        server = servers().get(0);
        code = (String) licence.get("code");
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("clientUuid", cache.uuid());
        for (String name : List.of("handshakeCode", "organizationId", "sessionPassword")) {
            request.put(name, settings.get(name));
        }
        request.put("product", product);
        request.put("generation", generation);
        request.put("deploymentType", "desktop");
        request.put("binding", Map.of("kind", "process-name", "value", "plain"));
        request.put("chargeWay", "auto");
        request.put("instances", 1);
        request.put("alias", null);
        return request;
    }

    private long slotNow() {
        long first = generation.equals("lts") && !bug.equals("wrong-grid") ? 1 : 0;
        long second = System.currentTimeMillis() / 1000;
        return (second - first) / SLOT_S * SLOT_S + first;
    }

    /** The report that grows at present, made if there is none. */
    private Map<String, Object> openReport() {
        long slot = slotNow();
        String account = text("handshakeCode") != null ? text("handshakeCode") : code;
        String organization = account != null ? null : text("organizationId");
        for (Map<String, Object> report : cache.reports()) {
            if (report.get("slot").equals(slot) && report.get("sealed").equals(false)
                && Objects.equals(report.get("code"), account)
                && Objects.equals(report.get("organization"), organization)) {
                return report;
            }
        }
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("id", cache.nextId());
        made.put("slot", slot);
        made.put("code", account);
        made.put("organization", organization);
        made.put("usage", new LinkedHashMap<String, Object>());
        made.put("sealed", false);
        cache.reports().add(made);
        return made;
    }

    private void purge() {
        if (generation.equals("dls")) {
            long oldest = System.currentTimeMillis() / 1000 - RETENTION_S - SLOT_S;
            cache.reports().removeIf(report -> (Long) report.get("slot") < oldest);
            cache.save();
        }
    }

    private synchronized void tick() {
        if (timer != null) {
            if (bug.equals("retries")) {
                tried.clear();
            }
            submit();
        }
    }

    /** Sends what is closed and was not tried in this session, oldest first. */
    private void submit() {
        long closed = System.currentTimeMillis() / 1000 - SLOT_S;
        List<Map<String, Object>> due = cache.reports().stream()
            .filter(report -> !tried.contains(report.get("id")))
            .filter(report -> report.get("sealed").equals(true) || (Long) report.get("slot") <= closed)
            .toList();
        for (int at = 0; at < due.size(); at += BATCH) {
            submitBatch(due.subList(at, Math.min(at + BATCH, due.size())));
        }
    }

    private void submitBatch(List<Map<String, Object>> batch) {
        for (Map<String, Object> report : batch) {
            report.put("sealed", true);
            tried.add(report.get("id"));
        }
        cache.save();
        List<Object> reports = new ArrayList<>();
        batch.forEach(report -> reports.add(rendered(report)));
        Http.Answer answer = post(server, "/dls/usage", Map.of("reports", reports));
        if (answer.status() == 200 && Boolean.TRUE.equals(answer.body().get("accepted"))) {
            Set<Object> sent = new HashSet<>();
            batch.forEach(report -> sent.add(report.get("id")));
            cache.reports().removeIf(report -> sent.contains(report.get("id")));
            cache.save();
        }
    }

    private Map<String, Object> rendered(Map<String, Object> report) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("timeLabel", Instant.ofEpochSecond((Long) report.get("slot")).toString());
        if (report.get("code") != null) {
            out.put("handshakeCode", report.get("code"));
        } else {
            out.put("organizationId", report.get("organization"));
        }
        out.put("clientUuid", cache.uuid());
        out.put("product", product);
        List<Object> usage = new ArrayList<>();
        usageOf(report).forEach((type, count) -> usage.add(Map.of("type", type, "count", count)));
        out.put("usage", usage);
        return out;
    }

    private Http.Answer post(String base, String path, Map<String, Object> message) {
        return Http.post(base.replaceAll("/+$", "") + path, Json.render(message), text("caFile"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> usageOf(Map<String, Object> report) {
        return (Map<String, Object>) report.get("usage");
    }

    @SuppressWarnings("unchecked")
    private List<String> servers() {
        return (List<String>) settings.get("servers");
    }

    private String selector() {
        return Json.render(Arrays.asList(text("handshakeCode"), text("organizationId"), product));
    }

    private String text(String name) {
        return (String) settings.get(name);
    }
}
