package pt.ua.dicoogle.sdk.settings;

import java.io.File;
import org.apache.commons.configuration.ConfigurationException;
import org.apache.commons.configuration.XMLConfiguration;

public class ConfigurationHolder {
    private final XMLConfiguration configuration;

    public ConfigurationHolder(File file) throws ConfigurationException {
        configuration = new XMLConfiguration(file);
    }

    public XMLConfiguration getConfiguration() {
        return configuration;
    }
}
