package pt.ua.dicoogle.sdk.core;

import java.util.Collection;
import pt.ua.dicoogle.sdk.IndexerInterface;
import pt.ua.dicoogle.sdk.QueryInterface;

public interface DicooglePlatformInterface {
    Collection<IndexerInterface> getAllIndexPlugins();

    Collection<QueryInterface> getAllQueryPlugins();
}
