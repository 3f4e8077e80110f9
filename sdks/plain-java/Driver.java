import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The driver of the plain SDK: it calls the SDK's public functions, and has no clock. Time
 * passes around it, so {@code advance} and {@code set_clock} have nothing to do.
 */
public final class Driver {
    private static final String GENERATION = orElse("DLS_GENERATION", "dls");
    private static final String PRODUCT = orElse("DLS_PRODUCT", "dbr");

    private Client client;

    private interface Action {
        void run() throws LicenceException;
    }

    /** Answers requests until the input ends. */
    public static void main(String[] arguments) throws IOException {
        Driver driver = new Driver();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(Json.render(driver.answerTo(Json.object(line))));
        }
        driver.stop();
        System.exit(0);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> answerTo(Map<String, Object> request) {
        Map<String, Object> params = (Map<String, Object>) request.getOrDefault("params", Map.of());
        Object result = switch ((String) request.get("method")) {
            case "describe" -> describe();
            case "start" -> start(params);
            case "operate" -> operate(params);
            case "advance", "set_clock" -> Map.of();
            case "stop" -> stop();
            default -> null;
        };
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", "2.0");
        answer.put("id", request.get("id"));
        if (result != null) {
            answer.put("result", result);
        } else {
            answer.put("error", Map.of("code", -32601, "message", "method not found"));
        }
        return answer;
    }

    private static Map<String, Object> describe() {
        List<String> capabilities = new ArrayList<>(
            List.of("session-password", "standby-server", "product-keys", "restart-in-process"));
        if (GENERATION.equals("dls")) {
            capabilities.add("organization-id");
        }
        return Map.of(
            "contract", 1,
            "sdk", Map.of("name", "plain-java", "version", "1.0.0", "language", "java"),
            "product", PRODUCT,
            "generation", GENERATION,
            "clock", "preload",
            "capabilities", capabilities);
    }

    private Map<String, Object> start(Map<String, Object> params) {
        stop();
        client = new Client(params, GENERATION, PRODUCT, orElse("PLAIN_BUG", ""));
        return told("authorized", client::start);
    }

    private Map<String, Object> operate(Map<String, Object> params) {
        Client asked = client != null ? client : new Client(Map.of(), GENERATION, PRODUCT, "");
        return told("performed", () -> asked.record(
            (String) params.get("type"), (Long) params.get("count"), (Boolean) params.get("success")));
    }

    private Map<String, Object> stop() {
        if (client != null) {
            client.stop();
            client = null;
        }
        return Map.of();
    }

    private static Map<String, Object> told(String field, Action action) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("nextTimer", null);
        answer.put("error", null);
        try {
            action.run();
        } catch (LicenceException error) {
            answer.put("error", Map.of("code", error.code, "message", error.getMessage()));
        }
        answer.put(field, answer.get("error") == null);
        return answer;
    }

    private static String orElse(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
