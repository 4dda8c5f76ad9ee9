package pt.ua.dicoogle.sdk;

import net.xeoh.plugins.base.Plugin;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

public interface DicooglePlugin extends Plugin {
    String getName();

    boolean enable();

    boolean disable();

    boolean isEnabled();

    void setSettings(ConfigurationHolder settings);

    ConfigurationHolder getSettings();
}
