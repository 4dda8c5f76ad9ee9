package pt.ua.dicoogle.sdk.datastructs;

import java.net.URI;
import java.util.HashMap;

public class SearchResult {
    private final URI location;

    public SearchResult(URI location, double score, HashMap<String, Object> data) {
        this.location = location;
    }

    public URI getURI() {
        return location;
    }
}
