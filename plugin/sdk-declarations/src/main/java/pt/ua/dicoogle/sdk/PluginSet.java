package pt.ua.dicoogle.sdk;

import java.util.Collection;
import java.util.Collections;
import net.xeoh.plugins.base.Plugin;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

public interface PluginSet extends Plugin {
    String getName();

    default Collection<? extends StorageInterface> getStoragePlugins() {
        return Collections.emptyList();
    }

    default Collection<? extends JettyPluginInterface> getJettyPlugins() {
        return Collections.emptyList();
    }

    void setSettings(ConfigurationHolder settings);

    ConfigurationHolder getSettings();

    default void shutdown() {}
}
