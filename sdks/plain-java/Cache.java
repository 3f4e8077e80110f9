import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is kept on disk: the client UUID, licences, and usage not submitted yet. */
final class Cache {
    private final Path path;
    private final Map<String, Object> state = new LinkedHashMap<>();

    Cache(Path folder) {
        try {
            Files.createDirectories(folder);
            path = folder.resolve("state.json");
            if (Files.exists(path)) {
                state.putAll(Json.object(Files.readString(path)));
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        state.putIfAbsent("licences", new LinkedHashMap<String, Object>());
        state.putIfAbsent("reports", new ArrayList<Object>());
        state.putIfAbsent("last", 0L);
        if (state.putIfAbsent("uuid", UUID.randomUUID().toString()) == null) {
            save();
        }
    }

    String uuid() {
        return (String) state.get("uuid");
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> licences() {
        return (Map<String, Object>) state.get("licences");
    }

    /** Unsent reports, oldest first: id, slot, code, organization, usage, sealed. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> reports() {
        return (List<Map<String, Object>>) state.get("reports");
    }

    long nextId() {
        long next = (Long) state.get("last") + 1;
        state.put("last", next);
        return next;
    }

    /** Puts the state in place of what was there, in one step. */
    void save() {
        Path fresh = path.resolveSibling("state.new");
        try {
            Files.writeString(fresh, Json.render(state));
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
