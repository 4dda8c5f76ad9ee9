package pt.ua.dicoogle.sdk;

import pt.ua.dicoogle.sdk.datastructs.SearchResult;

public interface QueryInterface extends DicooglePlugin {
    Iterable<SearchResult> query(String query, Object... parameters);
}
