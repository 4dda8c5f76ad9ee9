package imaging.metrics;

import java.util.Locale;

/** Dicoogle's endpoints in classes, by what they cost and who waits for them. */
public enum Endpoint {
    RETRIEVE("/legacy/file", "/legacy/wado"),
    SEARCH("/search", "/searchDIM", "/wado", "/legacy/dim"),
    DUMP("/dump", "/dictags", "/legacy/dump", "/legacy/tags"),
    IMAGE("/dic2png", "/legacy/img"),
    EXPORT("/export", "/exportFile"),
    MANAGEMENT("/management", "/index", "/indexer", "/settings", "/plugins", "/providers",
            "/logger", "/legacy/doIndex"),
    SESSION("/login", "/logout", "/user"),
    /** The web interface and whatever else somebody asks for. */
    OTHER;

    private final String[] paths;

    Endpoint(String... paths) {
        this.paths = paths;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds the class of a request's path. */
    public static Endpoint of(String path) {
        for (Endpoint endpoint : values()) {
            for (String own : endpoint.paths) {
                if (path.equals(own) || path.startsWith(own + "/")) {
                    return endpoint;
                }
            }
        }
        return OTHER;
    }
}
